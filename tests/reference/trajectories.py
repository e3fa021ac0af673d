"""Run one case over the 25 gradients, with PyTorch and, to check it, with Optax.

A case is a chain as in Gradus: `[[name, options], ...]`, transforms before the optimizer, an
average after it. `l2` becomes the optimizer's own weight_decay, which is where PyTorch has it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np
import optax
import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn

from inputs import SHAPES
from optimizers import OPTIMIZERS, Momentum
from sources import SAMPLED_STEPS, TORCH, Trajectory, per_tensor


@dataclass(frozen=True)
class Case:
    """What to run: the chain with every option, groups, and learning rates if scheduled."""

    label: str
    chain: list[tuple[str, dict]]
    groups: list[dict] | None = None
    by_torch: Callable[[dict], tuple[type, dict]] | None = None
    schedules: dict | None = None  # {"lr": [name, options]}, written to the file
    rates: list[float] | None = None  # the values of that schedule
    rates_source: str | None = None
    clipped: str | None = None  # "some", "all" or "none" of the steps

    @property
    def place(self) -> int:
        """Where the optimizer stands in the chain."""
        return next(i for i, (name, _) in enumerate(self.chain) if name in OPTIMIZERS)

    @property
    def optimizer(self) -> tuple[str, dict]:
        return self.chain[self.place]

    @property
    def decay(self) -> float | None:
        """The average's decay, if the chain ends with one."""
        return dict(self.chain[self.place + 1 :]).get("ema", {}).get("decay")


def clip_by_global_norm(parameters: list, options: dict) -> torch.Tensor:
    if options["eps"] != 1e-6:
        raise ValueError("torch.nn.utils.clip_grad_norm_ has a fixed eps of 1e-6")
    return torch.nn.utils.clip_grad_norm_(parameters, options["maxNorm"], foreach=False)


def clip_by_norm(parameters: list, options: dict) -> None:
    """g * maxNorm / max(norm(g), maxNorm) for each tensor on its own; Keras's clipnorm."""
    for p in parameters:
        norm = torch.linalg.vector_norm(p.grad)
        p.grad.mul_(options["maxNorm"] / torch.clamp(norm, min=options["maxNorm"]))


def clip_by_value(parameters: list, options: dict) -> None:
    torch.nn.utils.clip_grad_value_(parameters, options["maxValue"], foreach=False)


GRADIENT_TRANSFORMS = {
    "clipByGlobalNorm": (clip_by_global_norm, "torch.nn.utils.clip_grad_norm_"),
    "clipByNorm": (clip_by_norm, "per tensor g * maxNorm / max(norm(g), maxNorm)"),
    "clipByValue": (clip_by_value, "torch.nn.utils.clip_grad_value_"),
}


def torch_arguments(case: Case, options: dict) -> tuple[type, dict]:
    """The optimizer's class and keyword arguments, `l2` in the chain included."""
    name, _ = case.optimizer
    make = case.by_torch or OPTIMIZERS[name].by_torch
    kind, arguments = make(options)
    if case.place > 0 and case.chain[case.place - 1][0] == "l2":
        arguments = {**arguments, "weight_decay": case.chain[case.place - 1][1]["l2"]}
    if not issubclass(kind, Momentum):
        arguments = {**arguments, "foreach": False}
    return kind, arguments


def make_optimizer(case: Case, parameters: dict) -> torch.optim.Optimizer:
    _, options = case.optimizer
    kind, arguments = torch_arguments(case, options)
    overrides = {group["match"]: group for group in case.groups or []}
    groups = []
    for name, p in parameters.items():
        changed = {**options, **overrides.get(name, {})}
        _, own = torch_arguments(case, changed)
        own.pop("foreach", None)
        groups.append({"params": [p], **own})
    return kind(groups, **arguments)


def describe(case: Case) -> str:
    """The calls that made this trajectory."""
    _, options = case.optimizer
    kind, arguments = torch_arguments(case, options)
    listed = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    if issubclass(kind, Momentum):
        optimizer = f"{kind.formula} on {TORCH} tensors, operation by operation"
    else:
        optimizer = f"{TORCH} torch.optim.{kind.__name__}({listed})"
    before = [GRADIENT_TRANSFORMS[n][1] for n, _ in case.chain[: case.place] if n != "l2"]
    parts = [*before, optimizer]
    if case.groups:
        parts.append("a param_group for each tensor")
    if case.rates_source:
        parts.append(f"lr from {case.rates_source}")
    if case.decay is not None:
        parts.append(f"torch.optim.swa_utils.get_ema_multi_avg_fn({case.decay!r})")
    return ", then ".join(parts)


def plain_tensors(tensors: dict, dtype: torch.dtype) -> dict[str, list]:
    """Copies as lists of numbers of the tensors' own type."""
    arrays = {name: t.detach().numpy().copy().reshape(-1) for name, t in tensors.items()}
    if dtype == torch.float64:
        return {name: a.tolist() for name, a in arrays.items()}
    return {name: list(a) for name, a in arrays.items()}


def run_torch(case: Case, inputs: dict, dtype: torch.dtype) -> Trajectory:
    """The trajectory of `case` by PyTorch's single-tensor code."""
    make = lambda name, a: torch.tensor(a, dtype=dtype).reshape(SHAPES[name])  # noqa: E731
    parameters = {n: torch.nn.Parameter(make(n, a)) for n, a in inputs["parameters"].items()}
    average = {name: p.detach().clone() for name, p in parameters.items()}
    optimizer = make_optimizer(case, parameters)
    update_average = get_ema_multi_avg_fn(case.decay) if case.decay is not None else None
    result = Trajectory()
    for step, gradients in enumerate(inputs["gradients"], start=1):
        for name, p in parameters.items():
            p.grad = make(name, gradients[name])
        for name, options in case.chain[: case.place]:
            if name != "l2":
                norm = GRADIENT_TRANSFORMS[name][0](list(parameters.values()), options)
                if norm is not None:
                    result.norms.append(norm.numpy()[()])
        if case.rates:
            for group in optimizer.param_groups:
                group["lr"] = case.rates[step - 1]
        optimizer.step()
        if update_average:
            detached = [p.detach() for p in parameters.values()]
            update_average(list(average.values()), detached, None)
        if step in SAMPLED_STEPS:
            result.parameters[str(step)] = plain_tensors(parameters, dtype)
            if update_average:
                result.average[str(step)] = plain_tensors(average, dtype)
    return result


def optax_part(name: str, options: dict) -> optax.GradientTransformation | None:
    """The Optax transformation of one link of a chain; None where Optax does other maths."""
    if name in OPTIMIZERS:
        return OPTIMIZERS[name].by_optax(options)
    if name == "l2":
        return optax.add_decayed_weights(options["l2"])
    if name == "clipByValue":
        return optax.clip(options["maxValue"])
    if name == "clipByNorm":
        return per_tensor(lambda: optax.clip_by_global_norm(options["maxNorm"]))
    return None


def run_optax(case: Case, inputs: dict) -> Trajectory | None:
    """The same trajectory in float64 by Optax, or None where Optax does other maths."""
    if case.groups or case.rates:
        return None
    links = [optax_part(name, options) for name, options in case.chain if name != "ema"]
    if any(link is None for link in links):
        return None
    transformation = optax.chain(*links)
    parameters = {name: jax.numpy.asarray(a) for name, a in inputs["parameters"].items()}
    average = parameters
    state = transformation.init(parameters)
    update = jax.jit(transformation.update)
    result = Trajectory()
    for step, gradients in enumerate(inputs["gradients"], start=1):
        updates, state = update(gradients, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if case.decay is not None:
            average = optax.incremental_update(parameters, average, 1 - case.decay)
        if step in SAMPLED_STEPS:
            result.parameters[str(step)] = {n: np.asarray(p) for n, p in parameters.items()}
            result.average[str(step)] = {n: np.asarray(a) for n, a in average.items()}
    return result
