"""Learning rates by step: what PyTorch or Optax uses for the update after k completed ones."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import optax
import torch
from torch.optim import lr_scheduler

TORCH = "torch " + torch.__version__.split("+")[0] + " torch.optim.lr_scheduler."
OPTAX = f"optax {optax.__version__} optax."
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Schedule:
    """One schedule at one set of options, and a second opinion up to step `agree_until`."""

    name: str
    options: dict
    source: str
    value: Callable[[int], float]
    boundaries: list[int]
    second: Callable[[int], float] | None = None
    agree_until: float = math.inf


def torch_values(lr: float, make: Callable, count: int) -> list[float]:
    """The learning rates of `count` updates under a PyTorch scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = make(optimizer)
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # optimizer.step() is not called here
        for _ in range(count):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            scheduler.step()
    return rates


def by_torch(lr: float, make: Callable) -> Callable[[int], float]:
    """As a function of k; before 0, which Optax's join asks for and discards, as at 0."""
    return lambda k: torch_values(lr, make, max(k, 0) + 1)[-1]


def by_optax(schedule: Callable) -> Callable[[int], float]:
    return lambda k: float(schedule(k))


def constant(value: float) -> Schedule:
    source = f"{OPTAX}constant_schedule({value!r})"
    return Schedule(
        "constant", {"value": value}, source, by_optax(optax.constant_schedule(value)), []
    )


def inverse_time(initial: float, decay: float, steps: float) -> Schedule:
    return Schedule(
        "inverseTime",
        {"initial": initial, "decay": decay, "steps": steps},
        f"{TORCH}LambdaLR(lambda k: 1 / (1 + {decay!r} * k / {steps!r}))",
        by_torch(
            initial, lambda o: lr_scheduler.LambdaLR(o, lambda k: 1 / (1 + decay * k / steps))
        ),
        [10, 100],
    )


def step_decay(initial: float, gamma: float, every: int) -> Schedule:
    staircase = optax.exponential_decay(initial, every, gamma, staircase=True)
    return Schedule(
        "stepDecay",
        {"initial": initial, "gamma": gamma, "every": every},
        f"{TORCH}StepLR(step_size={every}, gamma={gamma!r})",
        by_torch(initial, lambda o: lr_scheduler.StepLR(o, every, gamma)),
        [every, 2 * every, 5 * every],
        by_optax(staircase),
    )


def multi_step(initial: float, gamma: float, milestones: list[int]) -> Schedule:
    piecewise = optax.piecewise_constant_schedule(initial, {k: gamma for k in milestones})
    return Schedule(
        "multiStep",
        {"initial": initial, "gamma": gamma, "milestones": milestones},
        f"{TORCH}MultiStepLR(milestones={milestones}, gamma={gamma!r})",
        by_torch(initial, lambda o: lr_scheduler.MultiStepLR(o, milestones, gamma)),
        milestones,
        by_optax(piecewise),
    )


def exponential(initial: float, gamma: float) -> Schedule:
    return Schedule(
        "exponential",
        {"initial": initial, "gamma": gamma},
        f"{TORCH}ExponentialLR(gamma={gamma!r})",
        by_torch(initial, lambda o: lr_scheduler.ExponentialLR(o, gamma)),
        [100],
        by_optax(optax.exponential_decay(initial, 1, gamma)),
    )


def polynomial(initial: float, final: float, power: float, steps: int) -> Schedule:
    second = by_torch(initial, lambda o: lr_scheduler.PolynomialLR(o, steps, power))
    return Schedule(
        "polynomial",
        {"initial": initial, "final": final, "power": power, "steps": steps},
        f"{OPTAX}polynomial_schedule({initial!r}, {final!r}, {power!r}, {steps})",
        by_optax(optax.polynomial_schedule(initial, final, power, steps)),
        [steps],
        second if final == 0 else None,
    )


def linear(start: float, end: float, steps: int) -> Schedule:
    factors = {"start_factor": start / end, "end_factor": 1.0, "total_iters": steps}
    torch_allows = 0 < start <= end
    return Schedule(
        "linear",
        {"from": start, "to": end, "steps": steps},
        f"{OPTAX}linear_schedule({start!r}, {end!r}, {steps})",
        by_optax(optax.linear_schedule(start, end, steps)),
        [steps],
        by_torch(end, lambda o: lr_scheduler.LinearLR(o, **factors)) if torch_allows else None,
    )


def inverse_sqrt(initial: float) -> Schedule:
    return Schedule(
        "inverseSqrt",
        {"initial": initial},
        f"{TORCH}LambdaLR(lambda k: 1 / sqrt(k + 1))",
        by_torch(initial, lambda o: lr_scheduler.LambdaLR(o, lambda k: 1 / math.sqrt(k + 1))),
        [99],
    )


def cosine(initial: float, final: float, steps: int) -> Schedule:
    return Schedule(
        "cosine",
        {"initial": initial, "final": final, "steps": steps},
        f"{OPTAX}cosine_decay_schedule({initial!r}, {steps}, alpha={final!r} / {initial!r})",
        by_optax(optax.cosine_decay_schedule(initial, steps, final / initial)),
        [steps // 2, steps],
        by_torch(initial, lambda o: lr_scheduler.CosineAnnealingLR(o, steps, final)),
        agree_until=steps,  # afterwards PyTorch's rises again, Optax's holds
    )


def warmup_cosine(initial: float, peak: float, final: float, warmup: int, steps: int) -> Schedule:
    arguments = (initial, peak, warmup, steps, final)
    return Schedule(
        "warmupCosine",
        {"initial": initial, "peak": peak, "final": final, "warmup": warmup, "steps": steps},
        f"{OPTAX}warmup_cosine_decay_schedule{arguments!r}",
        by_optax(optax.warmup_cosine_decay_schedule(*arguments)),
        [warmup, (warmup + steps) // 2, steps],
    )


def one_cycle(
    peak: float, steps: int, fraction: float, initial_divisor: float, final_divisor: float
) -> Schedule:
    """PyTorch ends at update `steps` - 1; later values are that last one, held."""
    arguments = {
        "max_lr": peak,
        "total_steps": steps,
        "pct_start": fraction,
        "div_factor": initial_divisor,
        "final_div_factor": final_divisor,
    }
    listed = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    torch_value = by_torch(
        peak, lambda o: lr_scheduler.OneCycleLR(o, **arguments, cycle_momentum=False)
    )
    return Schedule(
        "oneCycle",
        {
            "peak": peak,
            "steps": steps,
            "warmupFraction": fraction,
            "initialDivisor": initial_divisor,
            "finalDivisor": final_divisor,
        },
        f"{TORCH}OneCycleLR({listed}), held from k = steps - 1",
        lambda k: torch_value(min(k, steps - 1)),
        [math.floor(fraction * steps) - 1, steps - 1],
    )


def join(parts: list[Schedule], boundaries: list[int]) -> Schedule:
    return Schedule(
        "join",
        {"schedules": [[part.name, part.options] for part in parts], "boundaries": boundaries},
        f"{OPTAX}join_schedules of the parts, each from its own k = 0",
        by_optax(optax.join_schedules([part.value for part in parts], boundaries)),
        boundaries,
    )


def all_schedules() -> list[Schedule]:
    return [
        constant(0.1),
        constant(3e-4),
        inverse_time(0.1, 0.01, 1),
        inverse_time(2, 0.5, 30),
        step_decay(0.1, 0.1, 10),
        step_decay(0.5, 0.7, 3),
        multi_step(0.1, 0.1, [10, 25]),
        multi_step(0.3, 0.5, [1, 8, 9, 40]),
        exponential(0.1, 0.95),
        exponential(1, 0.5),
        polynomial(0.1, 0, 1, 20),
        polynomial(1, 0.01, 2, 50),
        polynomial(0.1, 0, 0.5, 30),
        linear(0.01, 0.1, 20),
        linear(1, 0.2, 7),
        inverse_sqrt(0.1),
        inverse_sqrt(3),
        cosine(0.1, 0, 50),
        cosine(1, 0.05, 33),
        warmup_cosine(0, 3e-4, 0, 10, 60),
        warmup_cosine(0.01, 1, 0.1, 7, 30),
        warmup_cosine(0, 0.5, 0, 0, 20),
        one_cycle(0.1, 50, 0.3, 25, 1e4),
        one_cycle(1, 37, 0.21, 10, 100),
        join([linear(0, 0.1, 10), exponential(0.1, 0.9)], [10]),
        join([constant(0.1), cosine(0.5, 0.05, 20), inverse_sqrt(0.05)], [5, 30]),
    ]


def sampled(boundaries: list[int]) -> list[int]:
    """The first few updates, those around each boundary, and some past the end."""
    last = max(boundaries, default=20)
    around = {k + offset for k in boundaries for offset in (-1, 0, 1)}
    return sorted(k for k in {0, 1, 2, 5, *around, last + 2, last + 50} if k >= 0)


def check(schedule: Schedule, steps: list[int]) -> None:
    """Fail where the second library disagrees beyond rounding."""
    if schedule.second is None:
        return
    for k in (k for k in steps if k <= schedule.agree_until):
        value, other = schedule.value(k), schedule.second(k)
        if abs(value - other) > TOLERANCE * max(abs(schedule.value(0)), abs(value)):
            raise AssertionError(f"{schedule.name} at {k}: {value} is not {other}")


def make_schedules() -> list[dict]:
    result = []
    for schedule in all_schedules():
        steps = sampled(schedule.boundaries)
        check(schedule, steps)
        result.append(
            {
                "schedule": schedule.name,
                "options": schedule.options,
                "source": schedule.source,
                "values": {str(k): schedule.value(k) for k in steps},
            }
        )
    return result
