"""References for schedules that are periodic, or jump, or follow a metric."""

import math
from itertools import accumulate
from operator import mul

import optax
from torch.optim import lr_scheduler

from schedule_sources import (
    FORMULA,
    OPTAX,
    TORCH,
    Schedule,
    by_optax,
    by_plateau,
    by_torch,
    listed,
)


def cosine_warm_restarts(initial: float, final: float, steps: int, factor: int) -> Schedule:
    lengths = [steps * factor**period for period in range(6)]
    starts = list(accumulate(lengths))
    periods = [
        {
            "init_value": 0.0,
            "peak_value": initial,
            "warmup_steps": 0,
            "decay_steps": length,
            "end_value": final,
        }
        for length in lengths
    ]
    arguments = {"T_0": steps, "T_mult": factor, "eta_min": final}
    return Schedule(
        "cosineWarmRestarts",
        {"initial": initial, "final": final, "steps": steps, "stepsFactor": factor, "gamma": 1},
        f"{TORCH}CosineAnnealingWarmRestarts({listed(arguments)})",
        by_torch(initial, lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, **arguments)),
        [*starts[:3], (starts[0] + starts[1]) // 2],
        by_optax(optax.sgdr_schedule(periods)),
        agree_until=starts[-1] - 1,
    )


def lower_restarts(initial: float, final: float, steps: int, factor: int, gamma: float) -> Schedule:
    """Keras' CosineDecayRestarts with its m_mul."""

    def value(k: int) -> float:
        done = k / steps
        if factor == 1:
            period = math.floor(done)
            done -= period
        else:
            period = math.floor(math.log(1 - done * (1 - factor)) / math.log(factor) + 1e-12)
            done = (done - (1 - factor**period) / (1 - factor)) / factor**period
        alpha = final / initial
        cosine = 0.5 * gamma**period * (1 + math.cos(math.pi * done))
        return initial * ((1 - alpha) * cosine + alpha)

    options = {"initial": initial, "final": final, "steps": steps, "stepsFactor": factor}
    return Schedule(
        "cosineWarmRestarts",
        {**options, "gamma": gamma},
        f"{FORMULA}Keras' CosineDecayRestarts({steps}, t_mul={factor}, m_mul={gamma!r})",
        value,
        [steps, steps * (1 + factor)],
    )


def cyclic(initial: float, peak: float, up: int, down: int, mode: str, gamma: float) -> Schedule:
    arguments = {
        "base_lr": initial,
        "max_lr": peak,
        "step_size_up": up,
        "step_size_down": down,
        "mode": {"expRange": "exp_range"}.get(mode, mode),
        "gamma": gamma,
    }
    options = {"initial": initial, "peak": peak, "stepsUp": up, "stepsDown": down}
    return Schedule(
        "cyclic",
        {**options, "mode": mode, "gamma": gamma},
        f"{TORCH}CyclicLR({listed(arguments)})",
        by_torch(initial, lambda o: lr_scheduler.CyclicLR(o, **arguments, cycle_momentum=False)),
        [up, up + down, 2 * up + down, 2 * (up + down)],
    )


def one_cycle(
    peak: float,
    steps: int,
    fraction: float,
    initial_divisor: float,
    final_divisor: float,
    anneal: str = "cosine",
    three_phase: bool = False,
) -> Schedule:
    """PyTorch ends at update `steps` - 1; later values repeat the last one."""
    arguments = {
        "max_lr": peak,
        "total_steps": steps,
        "pct_start": fraction,
        "div_factor": initial_divisor,
        "final_div_factor": final_divisor,
        "anneal_strategy": {"cosine": "cos"}.get(anneal, anneal),
        "three_phase": three_phase,
    }
    torch_value = by_torch(
        peak, lambda o: lr_scheduler.OneCycleLR(o, **arguments, cycle_momentum=False)
    )
    turn = math.floor(fraction * steps) - 1
    return Schedule(
        "oneCycle",
        {
            "peak": peak,
            "steps": steps,
            "warmupFraction": fraction,
            "initialDivisor": initial_divisor,
            "finalDivisor": final_divisor,
            "anneal": anneal,
            "threePhase": three_phase,
        },
        f"{TORCH}OneCycleLR({listed(arguments)}), held from k = steps - 1",
        lambda k: torch_value(min(k, steps - 1)),
        [turn, 2 * turn, steps - 1] if three_phase else [turn, steps - 1],
    )


def piecewise(initial: float, factors: dict[int, float], interpolate: str) -> Schedule:
    jumps = interpolate == "none"
    call = "constant_schedule(" if jumps else f"interpolate_schedule({interpolate!r}, "
    return Schedule(
        "piecewise",
        {
            "values": list(accumulate([initial, *factors.values()], mul)),
            "boundaries": list(factors),
            "interpolate": interpolate,
        },
        f"{OPTAX}piecewise_{call}{initial!r}, {factors})",
        by_optax(
            optax.piecewise_constant_schedule(initial, factors)
            if jumps
            else optax.piecewise_interpolate_schedule(interpolate, initial, factors)
        ),
        list(factors),
    )


def optax_one_cycle(interpolate: str, peak: float, steps: int) -> Schedule:
    """With Optax' own fractions and divisors."""
    initial, final = peak / 25, peak / 25 / 1e4
    up, down = int(0.3 * steps), int(0.85 * steps)
    linear = interpolate == "linear"
    make = optax.linear_onecycle_schedule if linear else optax.cosine_onecycle_schedule
    return Schedule(
        "piecewise",
        {
            "values": [initial, peak, initial, final] if linear else [initial, peak, final],
            "boundaries": [up, down, steps] if linear else [up, steps],
            "interpolate": interpolate,
        },
        f"{OPTAX}{interpolate}_onecycle_schedule({steps}, {peak!r})",
        by_optax(make(steps, peak)),
        [up, down],
    )


def reduce_on_plateau(initial: float, metrics: list[float], **options) -> Schedule:
    arguments = {
        "mode": "min",
        "factor": 0.1,
        "patience": 10,
        "threshold": 1e-4,
        "threshold_mode": "rel",
        "cooldown": 0,
        "min_lr": 0,
        "eps": 1e-8,
        **options,
    }
    return Schedule(
        "reduceOnPlateau",
        {
            "initial": initial,
            "factor": arguments["factor"],
            "patience": arguments["patience"],
            "mode": arguments["mode"],
            "threshold": arguments["threshold"],
            "thresholdMode": {"rel": "factor", "abs": "absolute"}[arguments["threshold_mode"]],
            "cooldown": arguments["cooldown"],
            "min": arguments["min_lr"],
            "eps": arguments["eps"],
        },
        f"{TORCH}ReduceLROnPlateau({listed(arguments)})",
        by_plateau(initial, metrics, arguments),
        list(range(0, len(metrics) + 1)),
        metrics=metrics,
    )


def plateaus() -> list[Schedule]:
    falling = [2, 1.5, 1.4999, 1.5, 1.6, 1.2, 1.3, 1.3, 1.3, 1.3, 1.25, 1.1999, 1.3, 1.4, 1.3, 1.3]
    noisy = [3 + 2 * math.sin(7 * k) - 0.05 * k for k in range(60)]
    options = {"factor": 0.5, "patience": 2}
    return [
        reduce_on_plateau(0.1, [1 / (1 + min(k, 4)) for k in range(40)]),
        reduce_on_plateau(0.1, falling, **options),
        reduce_on_plateau(0.1, falling, **options, threshold=0.1, threshold_mode="abs"),
        reduce_on_plateau(0.1, [-metric for metric in falling], **options, mode="max"),
        reduce_on_plateau(0.1, noisy, factor=0.3, patience=0, cooldown=3, min_lr=2e-3),
        reduce_on_plateau(0.1, noisy, **options, mode="max", threshold=0.2),
        reduce_on_plateau(
            1,
            noisy,
            **options,
            mode="max",
            threshold=0.2,
            threshold_mode="abs",
            cooldown=1,
            eps=0.2,
        ),
    ]


def periodic_schedules() -> list[Schedule]:
    return [
        cosine_warm_restarts(0.1, 0, 10, 1),
        cosine_warm_restarts(0.5, 0.02, 7, 2),
        cosine_warm_restarts(0.3, 0.1, 1, 3),
        lower_restarts(0.5, 0.1, 8, 2, 0.7),
        lower_restarts(0.5, 0, 5, 1, 0.5),
        cyclic(0.01, 0.1, 20, 20, "triangular", 1),
        cyclic(0.5, 0.1, 3, 11, "triangular2", 1),
        cyclic(0.001, 0.3, 10, 5, "expRange", 0.97),
        one_cycle(0.1, 50, 0.3, 25, 1e4),
        one_cycle(1, 37, 0.21, 10, 100),
        one_cycle(1, 37, 0.21, 10, 10, anneal="linear"),
        one_cycle(0.1, 50, 0.3, 25, 1e4, three_phase=True),
        one_cycle(1, 41, 0.43, 5, 20, anneal="linear", three_phase=True),
        piecewise(1, {10: 0.5, 20: 0.1, 21: 3}, "none"),
        piecewise(0.3, {}, "none"),
        piecewise(1, {4: 0.1, 8: 0.01}, "linear"),
        piecewise(0.2, {1: 4, 30: 0.25, 35: 2}, "cosine"),
        optax_one_cycle("linear", 0.1, 60),
        optax_one_cycle("cosine", 0.1, 60),
        *plateaus(),
    ]
