"""The sources of reference values for schedules: PyTorch, Optax, or a formula in float64."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import optax
import torch
from torch.optim import lr_scheduler

TORCH = "torch " + torch.__version__.split("+")[0] + " torch.optim.lr_scheduler."
OPTAX = f"optax {optax.__version__} optax."
FORMULA = "float64 of "


@dataclass(frozen=True)
class Schedule:
    """One schedule with one set of options, and a second source up to step `agree_until`.

    With `metrics`, `value(k)` is the rate after the first k of them were observed.
    """

    name: str
    options: dict
    source: str
    value: Callable[[int], float]
    boundaries: list[int]
    second: Callable[[int], float] | None = None
    agree_until: float = math.inf
    metrics: list[float] | None = None


def torch_values(lr: float, make: Callable, count: int) -> list[float]:
    """The learning rates of `count` updates under a PyTorch scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # optimizer.step() is not called here
        scheduler = make(optimizer)
        rates = []
        for _ in range(count):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            scheduler.step()
    return rates


def by_torch(lr: float, make: Callable) -> Callable[[int], float]:
    """The rate as a function of k. Below 0 it is that at 0: Optax's join computes it there, and discards it."""
    return lambda k: torch_values(lr, make, max(k, 0) + 1)[-1]


def by_optax(schedule: Callable) -> Callable[[int], float]:
    return lambda k: float(schedule(k))


def by_plateau(lr: float, metrics: list[float], arguments: dict) -> Callable[[int], float]:
    """The learning rate after the first k metrics under PyTorch's ReduceLROnPlateau."""

    def value(k: int) -> float:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
        scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, **arguments)
        for metric in metrics[:k]:
            scheduler.step(metric)
        return float(optimizer.param_groups[0]["lr"])

    return value


def listed(arguments: dict) -> str:
    """Keyword arguments as in the text of a call."""
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def pair(schedule: Schedule) -> list:
    """A schedule as an option of another one."""
    return [schedule.name, schedule.options]
