"""What stands around steps: Optax' MultiSteps, SAM, private gradients and Sophia's curvature,
PyTorch's GradScaler."""

import jax
import numpy as np
import optax
import torch

from sources import OPTAX, SAMPLED_STEPS, TORCH, numbers, shaped

MOMENTUM = {"lr": 0.02, "momentum": 0.9}


def momentum(options: dict) -> optax.GradientTransformation:
    return optax.sgd(options["lr"], options["momentum"])


def sampled(parameters: dict) -> dict:
    return {name: numbers(array) for name, array in parameters.items()}


def accumulated(inputs: dict, steps: int, clip: float | None, rule) -> dict:
    """Micro-steps with the gradients of the inputs; those sampled count micro-steps."""
    wrapped = optax.MultiSteps(rule, steps, accumulator_dtype=np.float64)
    each = optax.identity() if clip is None else optax.clip_by_global_norm(clip)
    transformation = optax.chain(each, wrapped.gradient_transformation())
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    state = transformation.init(parameters)
    result = {}
    for step, gradients in enumerate(inputs["gradients"], start=1):
        updates, state = transformation.update(shaped(gradients, "float64"), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return result


def accumulate(inputs: dict) -> list[dict]:
    adam = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    cases = []
    for steps, clip, name, options in [
        (1, None, "adam", adam),
        (3, None, "adam", adam),
        (4, 9, "adam", adam),
        (5, 1, "sgd", MOMENTUM),
        (10, None, "sgd", MOMENTUM),
    ]:
        make = optax.adam(*options.values()) if name == "adam" else momentum(options)
        cases.append(
            {
                "source": f"{OPTAX} MultiSteps"
                + ("" if clip is None else ", behind clip_by_global_norm"),
                "steps": steps,
                **({} if clip is None else {"clip": clip}),
                "rule": [name, options],
                "float64": accumulated(inputs, steps, clip, make),
            }
        )
    return cases


def privatize(inputs: dict) -> dict:
    """Clipped examples without noise, five to an update."""
    examples, clip = 5, 3.0
    aggregate = optax.contrib.differentially_private_aggregate(clip, 0.0, key=0)
    transformation = optax.chain(aggregate, momentum(MOMENTUM))
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    given = [shaped(gradients, "float64") for gradients in inputs["gradients"]]
    state = transformation.init(parameters)
    result = {}
    for first in range(0, len(given), examples):
        batch = jax.tree.map(lambda *each: np.stack(each), *given[first : first + examples])
        updates, state = transformation.update(batch, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        result[str(first // examples + 1)] = sampled(parameters)
    return {
        "source": f"{OPTAX} contrib.differentially_private_aggregate, then sgd",
        "examples": examples,
        "clip": clip,
        "rule": ["sgd", MOMENTUM],
        "float64": result,
    }


def slope(x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Of scale (x^4 / 4 + x^2 / 2)."""
    return scale * (x * x * x + x)


def sam(inputs: dict, rho: float) -> dict:
    """Steps down sum(scale (x^4 / 4 + x^2 / 2))."""
    climb = optax.chain(optax.contrib.normalize(), optax.sgd(rho))
    transformation = optax.contrib.sam(momentum(MOMENTUM), climb, sync_period=2)
    parameters = jax.tree.map(
        lambda a: jax.numpy.asarray(a) / 4, shaped(inputs["parameters"], "float64")
    )
    scales = {n: 1 + np.arange(a.size).reshape(a.shape) % 3 for n, a in parameters.items()}
    start, state = sampled(parameters), transformation.init(parameters)
    result = {}
    for step in range(1, SAMPLED_STEPS[-1] + 1):
        for _ in range(2):  # up, and down from below
            gradients = {n: slope(a, scales[n]) for n, a in parameters.items()}
            updates, state = transformation.update(gradients, state, parameters)
            parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return {
        "source": f"{OPTAX} contrib.sam with contrib.normalize and sgd",
        "rho": rho,
        "rule": ["sgd", MOMENTUM],
        "start": start,
        "scales": sampled(scales),
        "float64": result,
    }


def estimated(gradient: np.ndarray, parameter: np.ndarray) -> np.ndarray:
    """An estimate of curvature that is positive or negative, made of what both sides have."""
    return 3 * gradient + parameter * parameter


def sophia_of_optax(inputs: dict, options: dict, beta2: float, every: int, examples) -> dict:
    """Optax takes an estimate at steps 1, 1 + every, ... behind the update."""
    estimate = optax.stateless(
        lambda gradients, parameters: (
            jax.tree.map(estimated, gradients, parameters)
            if examples is None
            else jax.tree.map(lambda g: examples * g * g, gradients)
        )
    )
    transformation = optax.contrib.sophia(
        options["lr"], options["beta1"], beta2, options["eps"], options["weightDecay"],
        gamma=options["gamma"], update_interval=every, hessian_diagonal_fn=estimate,
    )  # fmt: skip
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    state = transformation.init(parameters)
    update = jax.jit(transformation.update)
    result = {}
    for step, given in enumerate(inputs["gradients"], start=1):
        updates, state = update(shaped(given, "float64"), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return result


def sophia_of_paper(inputs: dict, options: dict, beta2: float, every: int, examples) -> dict:
    """Algorithm 3 takes an estimate at steps 1, 1 + every, ... before the update."""
    parameters = shaped(inputs["parameters"], "float64")
    m = {n: np.zeros_like(p) for n, p in parameters.items()}
    h = {n: np.zeros_like(p) for n, p in parameters.items()}
    result = {}
    for step, given in enumerate(inputs["gradients"], start=1):
        for n, g in shaped(given, "float64").items():
            p = parameters[n]
            m[n] = options["beta1"] * m[n] + (1 - options["beta1"]) * g
            if step % every == 1 % every:
                new = estimated(g, p) if examples is None else examples * g * g
                h[n] = beta2 * h[n] + (1 - beta2) * new
            p = p - options["lr"] * options["weightDecay"] * p
            divisor = np.maximum(options["gamma"] * h[n], options["eps"])
            parameters[n] = p - options["lr"] * np.clip(m[n] / divisor, -1, 1)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return result


def curvature(inputs: dict) -> list[dict]:
    """Sophia with estimates; `examples` makes them of squared gradients."""
    usual = {"lr": 0.1, "beta1": 0.9, "gamma": 1.0, "eps": 0.01, "weightDecay": 0.1}
    cases = []
    for behind, beta2, every, examples, changed in [
        (True, 0.9, 3, None, {}),
        (True, 0.5, 10, None, {"beta1": 0, "gamma": 3.0}),
        (True, 0.99, 4, 20, {"weightDecay": 0}),
        (False, 0.9, 3, None, {}),
        (False, 0.8, 1, 5, {"eps": 1e-12}),
        (False, 0.99, 10, 100, {"gamma": 0.05, "eps": 1e-12}),
    ]:
        options = {**usual, **changed}
        make = sophia_of_optax if behind else sophia_of_paper
        cases.append(
            {
                "source": f"{OPTAX} contrib.sophia" if behind else "algorithm 3 in NumPy",
                "behind": behind,
                "beta2": beta2,
                "every": every,
                "examples": examples,
                "rule": ["sophia", {**options, "biasCorrection": behind}],
                "float64": make(inputs, options, beta2, every, examples),
            }
        )
    return cases


def loss_scale(options: dict, steps: str) -> dict:
    """The scale after each step; x marks those whose gradient is infinite."""
    scaler = torch.amp.GradScaler(
        "cpu",
        init_scale=options["initial"],
        growth_factor=options["growthFactor"],
        backoff_factor=options["backoffFactor"],
        growth_interval=options["growthInterval"],
    )
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=0.0)
    scales = []
    for step in steps:
        scaler.scale(torch.zeros(1))
        parameter.grad = torch.full((1,), float("inf") if step == "x" else 0.0)
        scaler.step(optimizer)
        scaler.update()
        scales.append(float(scaler.get_scale()))
    source = f"{TORCH} torch.amp.GradScaler"
    return {"source": source, "options": options, "steps": steps, "scales": scales}


def make_wrappers(inputs: dict) -> dict:
    """The file's content."""
    odd = {"initial": 8.0, "growthFactor": 3.0, "backoffFactor": 0.25, "growthInterval": 2}
    usual = {"initial": 2.0**16, "growthFactor": 2.0, "backoffFactor": 0.5, "growthInterval": 3}
    large = {**usual, "initial": 2.0**126, "growthInterval": 1}
    return {
        "accumulate": accumulate(inputs),
        "privatize": [privatize(inputs)],
        "sam": [sam(inputs, rho) for rho in (0.05, 0.5)],
        "curvature": curvature(inputs),
        "lossScale": [
            loss_scale(odd, "....x.x..xx...."),
            loss_scale(usual, ".......xx...x....xxxxxxx......"),
            loss_scale(large, "....x.."),
        ],
    }
