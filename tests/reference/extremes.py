"""PyTorch's optimizers with very small and very large gradients in float32, whose squares underflow or overflow."""

from functools import partial

import numpy as np
import torch

from nonfinite import CASES, kept
from recipes.muon import BY_TORCH, TORCHS, Precise
from sources import TORCH

SHAPES = {"w": (2, 3), "b": (3,)}
STEPS = 25
SAMPLED = (1, 2, STEPS)
SCALES = (1e-30, 1e19, 5e20)

RMSPROP = {"lr": 1e-3, "alpha": 0.9, "eps": 1e-8}
MORE = [
    ("rmsprop", torch.optim.RMSprop, {**RMSPROP, "momentum": 0.9}, kept("lr", "alpha", "eps", "momentum")),
    ("rmsprop", torch.optim.RMSprop, {**RMSPROP, "centered": True}, kept("lr", "alpha", "eps", "centered")),
    ("sgd", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}, kept("lr", "momentum")),
]


def spelled(array) -> list:
    """JSON has no infinities and no NaN, so they are written as names."""
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return [names.get(str(value), value) for value in np.float32(array).reshape(-1)]


def run(optimizers_of, start: dict, steps: list[dict], dtype: str) -> dict:
    """The parameters after some of the steps, by step."""
    tensor = lambda a: torch.tensor(np.asarray(a, dtype=dtype))  # noqa: E731
    named = {name: torch.nn.Parameter(tensor(p)) for name, p in start.items()}
    optimizers = optimizers_of(named)
    after = {}
    for step, gradients in enumerate(steps, start=1):
        for name, p in named.items():
            p.grad = tensor(gradients[name])
        for optimizer in optimizers:
            optimizer.step()
        if step in SAMPLED:
            after[str(step)] = {n: spelled(p.detach().numpy()) for n, p in named.items()}
    return after


def optimizer_of(kind, arguments: dict):
    return lambda named: [kind(named.values(), **arguments, foreach=False)]


def muon(named: dict) -> list:
    """PyTorch's Muon for the matrix and AdamW for the vector, as its documentation says."""
    o = TORCHS
    adamw = {"lr": o["adamLrRatio"] * o["lr"], "betas": (o["beta1"], o["beta2"]), "eps": o["adamEps"]}
    return [
        torch.optim.Muon([named["w"]], **BY_TORCH.arguments(o)),
        torch.optim.AdamW([named["b"]], **adamw, weight_decay=o["weightDecay"], foreach=False),
    ]


def run_muon(start: dict, steps: list[dict], dtype: str) -> dict:
    """In a given type, where PyTorch itself uses bfloat16."""
    module = torch.optim._muon
    module.torch = Precise(getattr(torch, dtype))
    try:
        return run(muon, start, steps, dtype)
    finally:
        module.torch = torch


def differs(one: dict, other: dict) -> bool:
    """Whether float32 differs by more than its rounding."""
    pairs = [(float(x), float(y)) for step in one for n in one[step] for x, y in zip(one[step][n], other[step][n])]
    return not all(abs(x - y) <= 1e-3 * max(abs(x), abs(y)) for x, y in pairs)


def both(run_in, start: dict, steps: list[dict]) -> dict:
    """In float32, and also in float64 if float32 differs."""
    found = {dtype: run_in(start, steps, dtype) for dtype in ("float32", "float64")}
    return found if differs(found["float32"], found["float64"]) else {"float32": found["float32"]}


def make_extremes() -> dict:
    """The file's content."""
    generator = np.random.Generator(np.random.PCG64(12))
    draw = lambda: {n: generator.normal(size=s).astype(np.float32) for n, s in SHAPES.items()}  # noqa: E731
    start = draw()
    start["b"] *= 0  # so that small steps are visible
    unit = [draw() for _ in range(STEPS)]
    scaled = lambda scale: [{n: g * np.float32(scale) for n, g in step.items()} for step in unit]  # noqa: E731
    cases = [
        {
            "optimizer": name,
            "options": options,
            "source": f"{TORCH} torch.optim.{kind.__name__}",
            "scales": {
                str(scale): both(partial(run, optimizer_of(kind, make(options))), start, scaled(scale))
                for scale in SCALES
            },
        }
        for name, kind, options, make in sorted([*CASES, *MORE], key=lambda case: case[0])
    ]
    cases.append(
        {
            "optimizer": "muon",
            "options": TORCHS,
            "source": f"{TORCH} torch.optim.Muon without bfloat16, and torch.optim.AdamW of vectors",
            "scales": {str(scale): both(run_muon, start, scaled(scale)) for scale in SCALES},
        }
    )
    return {
        "start": {name: spelled(p) for name, p in start.items()},
        "gradients": [{name: spelled(g) for name, g in step.items()} for step in unit],
        "cases": cases,
    }
