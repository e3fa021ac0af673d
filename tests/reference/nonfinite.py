"""PyTorch's optimizers with gradients that are not finite, element by element, in float64."""

import numpy as np
import torch

from sources import TORCH

SHAPES = {"w": (3, 4), "b": (5,)}
STEPS = 9
SAMPLED = (1, 3, STEPS)

# The element, its value, and the step from which on it has it: one element of the matrix and one of the vector.
SCENES = {
    "NaN at step 1": {1: np.nan},
    "infinity at step 1": {1: np.inf},
    "infinity at step 2": {2: np.inf},
    "-infinity, then infinity": {1: -np.inf, 3: np.inf},
    "infinity at step 4": {4: np.inf},
    "NaN at step 7": {7: np.nan},
    "-infinity at step 8": {8: -np.inf},
}

BETAS = {"beta1": 0.9, "beta2": 0.999}


def betas(o: dict) -> dict:
    return {"betas": (o["beta1"], o["beta2"])}


def kept(*names: str):
    """Arguments with the same names as in Gradus."""
    return lambda o: {name: o[name] for name in names}


ADAM = {**BETAS, "eps": 1e-8}


def adam(o: dict) -> dict:
    return {"lr": o["lr"], **betas(o), "eps": o["eps"]}


# By Gradus's name: PyTorch's class, options, and arguments made from them.
CASES = [
    ("adadelta", torch.optim.Adadelta, {"lr": 1, "rho": 0.95, "eps": 1e-6}, kept("lr", "rho", "eps")),
    (
        "adafactor",
        torch.optim.Adafactor,
        {"lr": 0.01, "beta2Decay": -0.8, "eps1": 1e-30, "eps2": 1e-3, "d": 1},
        lambda o: {"lr": o["lr"], "beta2_decay": o["beta2Decay"], "eps": (o["eps1"], o["eps2"]), "d": o["d"], "weight_decay": 0},
    ),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.01, "eps": 1e-10}, kept("lr", "eps")),
    ("adam", torch.optim.Adam, {"lr": 1e-3, **ADAM}, adam),
    ("adamax", torch.optim.Adamax, {"lr": 2e-3, **ADAM}, adam),
    (
        "adamw",
        torch.optim.AdamW,
        {"lr": 1e-3, **ADAM, "weightDecay": 0.01},
        lambda o: {**adam(o), "weight_decay": o["weightDecay"]},
    ),
    ("amsgrad", torch.optim.Adam, {"lr": 1e-3, **ADAM}, lambda o: {**adam(o), "amsgrad": True}),
    (
        "asgd",
        torch.optim.ASGD,
        {"lr": 0.01, "lambda": 1e-4, "alpha": 0.75, "t0": 2},
        lambda o: {"lr": o["lr"], "lambd": o["lambda"], "alpha": o["alpha"], "t0": o["t0"]},
    ),
    (
        "nadam",
        torch.optim.NAdam,
        {"lr": 2e-3, **ADAM, "momentumDecay": 4e-3},
        lambda o: {**adam(o), "momentum_decay": o["momentumDecay"]},
    ),
    ("radam", torch.optim.RAdam, {"lr": 1e-3, **ADAM}, adam),
    ("radam", torch.optim.RAdam, {"lr": 1e-3, **ADAM, "beta2": 0.9}, adam),
    (
        "rmsprop",
        torch.optim.RMSprop,
        {"lr": 1e-3, "alpha": 0.9, "eps": 1e-8, "centered": True, "momentum": 0.9},
        kept("lr", "alpha", "eps", "centered", "momentum"),
    ),
    ("rmsprop", torch.optim.RMSprop, {"lr": 1e-3, "alpha": 0.9, "eps": 1e-8}, kept("lr", "alpha", "eps")),
    (
        "rprop",
        torch.optim.Rprop,
        {"lr": 0.1, "etaMinus": 0.5, "etaPlus": 1.2, "minStepSize": 1e-6, "maxStepSize": 50},
        lambda o: {
            "lr": o["lr"],
            "etas": (o["etaMinus"], o["etaPlus"]),
            "step_sizes": (o["minStepSize"], o["maxStepSize"]),
        },
    ),
    ("sgd", torch.optim.SGD, {"lr": 0.1}, kept("lr")),
    (
        "sgd",
        torch.optim.SGD,
        {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        kept("lr", "momentum", "nesterov"),
    ),
]


def spelled(values) -> list:
    """JSON has no infinities and no NaN, so they are written as names."""
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return [names.get(str(value), value) for value in np.asarray(values, dtype=float).reshape(-1).tolist()]


def gradients_of(scene: dict, finite: list[dict]) -> list[dict]:
    steps = [{name: g.copy() for name, g in step.items()} for step in finite]
    for step, value in scene.items():
        steps[step - 1]["w"][1, 2] = value
        steps[step - 1]["b"][3] = value
    return steps


def run(kind, arguments: dict, start: dict, steps: list[dict]) -> dict:
    """The parameters after some of the steps, by step."""
    named = {name: torch.nn.Parameter(torch.tensor(p)) for name, p in start.items()}
    torch.set_default_dtype(torch.float64)  # the type of an optimizer's scalars
    optimizer = kind(named.values(), **arguments, foreach=False)
    after = {}
    for step, gradients in enumerate(steps, start=1):
        for name, p in named.items():
            p.grad = torch.tensor(gradients[name])
        optimizer.step()
        if step in SAMPLED:
            after[str(step)] = {n: spelled(p.detach().numpy()) for n, p in named.items()}
    torch.set_default_dtype(torch.float32)
    return after


def make_nonfinite() -> dict:
    """The file's content."""
    generator = np.random.Generator(np.random.PCG64(11))
    draw = lambda: {n: generator.normal(size=s).astype(np.float32).astype(float) for n, s in SHAPES.items()}  # noqa: E731
    start = draw()
    finite = [draw() for _ in range(STEPS)]
    cases = [
        {
            "optimizer": name,
            "options": options,
            "source": f"{TORCH} torch.optim.{kind.__name__}",
            "scenes": {scene: run(kind, make(options), start, gradients_of(where, finite)) for scene, where in SCENES.items()},
        }
        for name, kind, options, make in CASES
    ]
    return {
        "start": {name: spelled(p) for name, p in start.items()},
        "scenes": {
            scene: [{name: spelled(g) for name, g in step.items()} for step in gradients_of(where, finite)]
            for scene, where in SCENES.items()
        },
        "cases": cases,
    }
