"""References for schedules that are composed of others."""

import math

import optax
import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from schedule_sources import FORMULA, OPTAX, TORCH, Schedule, by_optax, by_torch, listed, pair
from schedules_smooth import constant, cosine, exponential, inverse_sqrt, linear, polynomial


def warmup_cosine(
    initial: float, peak: float, final: float, warmup: int, steps: int, exponent: float = 1
) -> Schedule:
    arguments = (initial, peak, warmup, steps, final, exponent)
    return Schedule(
        "warmupCosine",
        {
            "initial": initial,
            "peak": peak,
            "final": final,
            "warmup": warmup,
            "steps": steps,
            "exponent": exponent,
        },
        f"{OPTAX}warmup_cosine_decay_schedule{arguments!r}",
        by_optax(optax.warmup_cosine_decay_schedule(*arguments)),
        [warmup, (warmup + steps) // 2, steps],
    )


def join(parts: list[Schedule], boundaries: list[int]) -> Schedule:
    return Schedule(
        "join",
        {"schedules": [pair(part) for part in parts], "boundaries": boundaries},
        f"{OPTAX}join_schedules of the parts, each from its own k = 0",
        by_optax(optax.join_schedules([part.value for part in parts], boundaries)),
        boundaries,
    )


def begun_later(later: Schedule, begin: int, source: str, value) -> Schedule:
    """Optax' transition_begin."""
    first = constant(later.value(0))
    return Schedule(
        "join",
        {"schedules": [pair(first), pair(later)], "boundaries": [begin]},
        f"{OPTAX}{source}",
        by_optax(value),
        [begin, begin + 10],
    )


def sgdr(periods: list[tuple[float, float, float, int, int]]) -> Schedule:
    parts = [warmup_cosine(*period) for period in periods]
    keys = ("init_value", "peak_value", "end_value", "warmup_steps", "decay_steps")
    given = [dict(zip(keys, period, strict=True)) for period in periods]
    ends = [sum(period[4] for period in periods[: i + 1]) for i in range(len(periods))]
    return Schedule(
        "join",
        {"schedules": [pair(part) for part in parts], "boundaries": ends[:-1]},
        f"{OPTAX}sgdr_schedule({given})",
        by_optax(optax.sgdr_schedule(given)),
        ends,
    )


def constant_lr(lr: float, factor: float, total: int) -> Schedule:
    parts = [constant(lr * factor), constant(lr)]
    return Schedule(
        "join",
        {"schedules": [pair(part) for part in parts], "boundaries": [total]},
        f"{TORCH}ConstantLR(factor={factor!r}, total_iters={total})",
        by_torch(lr, lambda o: lr_scheduler.ConstantLR(o, factor, total)),
        [total],
    )


def sequential(lr: float, milestone: int, gamma: float) -> Schedule:
    def make(optimizer: torch.optim.Optimizer) -> lr_scheduler.LRScheduler:
        parts = [
            lr_scheduler.LinearLR(optimizer, 0.1, 1.0, milestone),
            lr_scheduler.ExponentialLR(optimizer, gamma),
        ]
        return lr_scheduler.SequentialLR(optimizer, parts, [milestone])

    return Schedule(
        "join",
        {
            "schedules": [pair(linear(0.1 * lr, lr, milestone)), pair(exponential(lr, gamma))],
            "boundaries": [milestone],
        },
        f"{TORCH}SequentialLR of LinearLR(0.1, 1, {milestone}) and ExponentialLR({gamma!r})",
        by_torch(lr, make),
        [milestone],
    )


def warmup(initial: float, to: Schedule | float, steps: int, source: str, value) -> Schedule:
    return Schedule(
        "warmup",
        {"steps": steps, "initial": initial, "peak": pair(to) if isinstance(to, Schedule) else to},
        source,
        value,
        [steps, 3 * steps],
    )


def warmup_exponential(initial: float, peak: float, steps: int, final: float) -> Schedule:
    arguments = (initial, peak, steps, 6, 0.5, 0, False, final)
    return warmup(
        initial,
        exponential(peak, 0.5, 6, final=final),
        steps,
        f"{OPTAX}warmup_exponential_decay_schedule{arguments!r}",
        by_optax(optax.warmup_exponential_decay_schedule(*arguments)),
    )


def rsqrt(peak: float, steps: int) -> Schedule:
    def factor(k: int) -> float:
        return k / steps if k < steps else math.sqrt(steps / k)

    return warmup(
        0,
        inverse_sqrt(peak, steps),
        steps,
        f"{TORCH}LambdaLR(lambda k: k / {steps} if k < {steps} else sqrt({steps} / k))",
        by_torch(peak, lambda o: lr_scheduler.LambdaLR(o, factor)),
    )


def left(anneal: str, share: float) -> float:
    """The remaining fraction of the decrease."""
    if anneal == "linear":
        return 1 - share
    return 1 - math.sqrt(share) if anneal == "1-sqrt" else 0.5 * (1 + math.cos(math.pi * share))


def wsd(
    initial: float, peak: float, final: float, lengths: tuple[int, int, int], anneal: str
) -> Schedule:
    warmup, stable, decay = lengths
    steps = warmup + stable + decay

    def value(k: int) -> float:
        if k < warmup:
            return initial + k * (peak - initial) / warmup
        share = min(max(0, k - warmup - stable) / decay, 1)
        return final + (peak - final) * left(anneal, share)

    parts = {
        "linear": optax.linear_schedule(peak, final, decay),
        "cosine": optax.cosine_decay_schedule(peak, decay, final / peak),
    }
    line = optax.linear_schedule(initial, peak, warmup)
    ends = [warmup, warmup + stable]
    joined = optax.join_schedules([line, lambda _: peak, parts.get(anneal, line)], ends)
    options = {"initial": initial, "peak": peak, "final": final, "warmup": warmup}
    return Schedule(
        "wsd",
        {**options, "decay": decay, "steps": steps, "anneal": anneal},
        f"{FORMULA}timm's WSDLRScheduler(decay_fn={anneal!r}, warmup_t={warmup}, decay_t={decay})",
        value,
        [warmup, warmup + stable, steps],
        by_optax(joined) if anneal in parts else None,
    )


def swa(lr: float, gamma: float, start: int, swa_lr: float, anneal: str, steps: int) -> Schedule:
    """SWALR after ExponentialLR, as in PyTorch's documentation."""
    arguments = {"swa_lr": swa_lr, "anneal_strategy": anneal, "anneal_epochs": steps}

    class Both:
        def __init__(self, optimizer: torch.optim.Optimizer) -> None:
            self.before = lr_scheduler.ExponentialLR(optimizer, gamma)
            self.after = SWALR(optimizer, **arguments)
            self.done = 0

        def step(self) -> None:
            (self.before if self.done < start else self.after).step()
            self.done += 1

    module = TORCH.replace("lr_scheduler", "swa_utils")
    return Schedule(
        "cooldown",
        {
            "initial": pair(exponential(lr, gamma)),
            "start": start,
            "steps": steps,
            "final": swa_lr,
            "anneal": {"cos": "cosine"}.get(anneal, anneal),
        },
        f"{module}SWALR({listed(arguments)}) after {start} of ExponentialLR",
        by_torch(lr, Both),
        [start, start + steps // 2, start + steps],
    )


def cooldown(start: int, steps: int, final: float, before: Schedule) -> Schedule:
    def value(k: int) -> float:
        if k < start:
            return before.value(k)
        share = min((k - start) / steps, 1)
        return final + (before.value(start) - final) * left("1-sqrt", share)

    options = {"initial": pair(before), "start": start, "steps": steps, "final": final}
    return Schedule(
        "cooldown",
        {**options, "anneal": "1-sqrt"},
        f"{FORMULA}1 - sqrt((k - {start}) / {steps}) of the way down",
        value,
        [start, start + steps],
    )


def chained(lr: float, factor: float, total: int, gamma: float) -> Schedule:
    def make(optimizer: torch.optim.Optimizer) -> lr_scheduler.LRScheduler:
        parts = [
            lr_scheduler.ConstantLR(optimizer, factor, total),
            lr_scheduler.ExponentialLR(optimizer, gamma),
        ]
        return lr_scheduler.ChainedScheduler(parts, optimizer)

    return Schedule(
        "scaled",
        {"schedule": pair(exponential(lr, gamma)), "factor": pair(constant_lr(1, factor, total))},
        f"{TORCH}ChainedScheduler of ConstantLR({factor!r}, {total}) and ExponentialLR({gamma!r})",
        by_torch(lr, make),
        [total],
    )


def halved(schedule: Schedule) -> Schedule:
    return Schedule(
        "scaled",
        {"schedule": pair(schedule), "factor": 0.5},
        f"half of {schedule.source}",
        lambda k: 0.5 * schedule.value(k),
        schedule.boundaries,
    )


def composed_schedules() -> list[Schedule]:
    return [
        warmup_cosine(0, 3e-4, 0, 10, 60),
        warmup_cosine(0.01, 1, 0.1, 7, 30),
        warmup_cosine(0, 0.5, 0, 0, 20),
        warmup_cosine(0.1, 0.5, 0.2, 5, 25, exponent=2),
        join([linear(0, 0.1, 10), exponential(0.1, 0.9)], [10]),
        join([constant(0.1), cosine(0.5, 0.05, 20), inverse_sqrt(0.05)], [5, 30]),
        begun_later(
            exponential(0.1, 0.5, 6),
            9,
            "exponential_decay(0.1, 6, 0.5, transition_begin=9)",
            optax.exponential_decay(0.1, 6, 0.5, 9),
        ),
        begun_later(
            polynomial(0.1, 0.02, 2, 10),
            4,
            "polynomial_schedule(0.1, 0.02, 2, 10, transition_begin=4)",
            optax.polynomial_schedule(0.1, 0.02, 2, 10, 4),
        ),
        sgdr([(0, 1, 0.1, 3, 10), (0.1, 0.7, 0, 2, 20), (0, 0.3, 0.05, 0, 15)]),
        constant_lr(0.1, 1 / 3, 5),
        sequential(0.1, 8, 0.9),
        warmup(
            0.1,
            0.3,
            12,
            f"{OPTAX}warmup_constant_schedule(0.1, 0.3, 12)",
            by_optax(optax.warmup_constant_schedule(0.1, 0.3, 12)),
        ),
        warmup_exponential(0, 0.4, 10, 0.03),
        rsqrt(0.2, 16),
        wsd(0, 0.1, 0, (10, 60, 20), "1-sqrt"),
        wsd(0.01, 0.5, 0.05, (5, 20, 12), "cosine"),
        wsd(0.2, 1, 0.1, (3, 0, 9), "linear"),
        swa(0.1, 0.97, 12, 0.05, "cos", 10),
        swa(0.2, 0.9, 5, 0.3, "linear", 4),
        cooldown(15, 25, 0.01, cosine(0.1, 0, 60)),
        chained(0.05, 0.1, 20, 0.9),
        halved(cosine(0.3, 0.1, 15)),
    ]
