"""What stands around steps: Optax' MultiSteps, SAM and private gradients, PyTorch's GradScaler."""

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
        "lossScale": [
            loss_scale(odd, "....x.x..xx...."),
            loss_scale(usual, ".......xx...x....xxxxxxx......"),
            loss_scale(large, "....x.."),
        ],
    }
