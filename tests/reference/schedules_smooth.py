"""References for monotonic schedules: decays, lines and staircases."""

import math

import optax
from torch.optim import lr_scheduler

from schedule_sources import FORMULA, OPTAX, TORCH, Schedule, by_optax, by_torch


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


def linear(start: float, end: float, steps: int) -> Schedule:
    factors = {"start_factor": start / end, "end_factor": 1.0, "total_iters": steps}
    torch_allows = 0 < start <= end
    return Schedule(
        "linear",
        {"initial": start, "final": end, "steps": steps},
        f"{OPTAX}linear_schedule({start!r}, {end!r}, {steps})",
        by_optax(optax.linear_schedule(start, end, steps)),
        [steps],
        by_torch(end, lambda o: lr_scheduler.LinearLR(o, **factors)) if torch_allows else None,
    )


def exponential(
    initial: float,
    gamma: float,
    steps: int = 1,
    staircase: bool = False,
    final: float | None = None,
) -> Schedule:
    arguments = (initial, steps, gamma, 0, staircase, final)
    plain = steps == 1 and final is None
    torch_value = by_torch(initial, lambda o: lr_scheduler.ExponentialLR(o, gamma))
    optax_value = by_optax(optax.exponential_decay(*arguments))
    options = {"initial": initial, "gamma": gamma, "steps": steps, "staircase": staircase}
    if final is not None:
        options["final"] = final
    boundaries = [steps, 3 * steps, 100]
    if plain:
        source = f"{TORCH}ExponentialLR(gamma={gamma!r})"
        return Schedule("exponential", options, source, torch_value, boundaries, optax_value)
    source = f"{OPTAX}exponential_decay{arguments!r}"
    return Schedule("exponential", options, source, optax_value, boundaries)


def multiplicative(initial: float) -> Schedule:
    """A factor that is itself a schedule, so that it can be written as text."""
    return Schedule(
        "multiplicative",
        {"initial": initial, "factor": ["inverseSqrt", {"initial": 1, "timescale": 1}]},
        f"{TORCH}MultiplicativeLR(lambda k: 1 / sqrt(k))",
        by_torch(initial, lambda o: lr_scheduler.MultiplicativeLR(o, lambda k: 1 / math.sqrt(k))),
        [10],
        lambda k: initial / math.sqrt(math.factorial(k)),
    )


def polynomial(initial: float, final: float, power: float, steps: int) -> Schedule:
    second = by_torch(initial, lambda o: lr_scheduler.PolynomialLR(o, steps, power))
    return Schedule(
        "polynomial",
        {"initial": initial, "final": final, "power": power, "steps": steps, "kDecay": 1},
        f"{OPTAX}polynomial_schedule({initial!r}, {final!r}, {power!r}, {steps})",
        by_optax(optax.polynomial_schedule(initial, final, power, steps)),
        [steps],
        second if final == 0 else None,
    )


def decaying_later(
    name: str, power: float, initial: float, final: float, steps: int, k_decay: float
) -> Schedule:
    """k-decay as in timm, for a polynomial or a cosine."""

    def value(k: int) -> float:
        if k >= steps:
            return final
        share = k**k_decay / steps**k_decay
        left = (1 - share) ** power if name == "polynomial" else (1 + math.cos(math.pi * share)) / 2
        return final + (initial - final) * left

    options = {"initial": initial, "final": final, "steps": steps, "kDecay": k_decay}
    return Schedule(
        name,
        {**options, "power" if name == "polynomial" else "exponent": power},
        f"{FORMULA}{name} decay over k^{k_decay!r} / {steps}^{k_decay!r}",
        value,
        [steps // 2, steps],
    )


def inverse_sqrt(initial: float, timescale: float = 1) -> Schedule:
    def factor(k: int) -> float:
        return 1 / math.sqrt((k + timescale) / timescale)

    return Schedule(
        "inverseSqrt",
        {"initial": initial, "timescale": timescale},
        f"{TORCH}LambdaLR(lambda k: 1 / sqrt((k + {timescale!r}) / {timescale!r}))",
        by_torch(initial, lambda o: lr_scheduler.LambdaLR(o, factor)),
        [99],
    )


def noam(model_size: float, warmup: int, factor: float) -> Schedule:
    def value(k: int) -> float:
        t = k + 1
        return factor * model_size**-0.5 * min(t**-0.5, t * warmup**-1.5)

    return Schedule(
        "noam",
        {"modelSize": model_size, "warmup": warmup, "factor": factor},
        f"{FORMULA}{factor!r} * {model_size!r}**-0.5 * min(t**-0.5, t * {warmup}**-1.5), t = k + 1",
        value,
        [warmup - 1, 3 * warmup],
    )


def rex(initial: float, final: float, steps: int) -> Schedule:
    def value(k: int) -> float:
        left = 1 - min(k, steps) / steps
        return final + (initial - final) * left / (0.5 + 0.5 * left)

    return Schedule(
        "rex",
        {"initial": initial, "final": final, "steps": steps},
        f"{FORMULA}z = k / {steps}, (1 - z) / (1/2 + 1/2 * (1 - z)) of the way",
        value,
        [steps // 2, steps],
    )


def tanh(initial: float, final: float, steps: int, lower: float, upper: float) -> Schedule:
    def value(k: int) -> float:
        if k >= steps:
            return final
        share = k / steps
        along = math.tanh(lower * (1.0 - share) + upper * share)
        return final + 0.5 * (initial - final) * (1 - along)

    return Schedule(
        "tanh",
        {"initial": initial, "final": final, "steps": steps, "lower": lower, "upper": upper},
        f"{FORMULA}timm's TanhLRScheduler(t_initial={steps}, lb={lower!r}, ub={upper!r})",
        value,
        [steps // 2, steps],
    )


def cosine(initial: float, final: float, steps: int, exponent: float = 1) -> Schedule:
    second = by_torch(initial, lambda o: lr_scheduler.CosineAnnealingLR(o, steps, final))
    call = f"({initial!r}, {steps}, alpha={final!r} / {initial!r}, exponent={exponent!r})"
    return Schedule(
        "cosine",
        {"initial": initial, "final": final, "steps": steps, "exponent": exponent, "kDecay": 1},
        f"{OPTAX}cosine_decay_schedule{call}",
        by_optax(optax.cosine_decay_schedule(initial, steps, final / initial, exponent)),
        [steps // 2, steps],
        second if exponent == 1 else None,
        agree_until=steps,  # afterwards PyTorch's rises again, and Optax's stays constant
    )


def smooth_schedules() -> list[Schedule]:
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
        exponential(0.1, 0.3, 7, final=0.02),
        exponential(0.1, 0.3, 7, staircase=True, final=0.02),
        exponential(0.001, 2.5, 20, final=1),
        multiplicative(0.5),
        polynomial(0.1, 0, 1, 20),
        polynomial(1, 0.01, 2, 50),
        polynomial(0.1, 0, 0.5, 30),
        decaying_later("polynomial", 0.5, 0.1, 0.01, 30, 2),
        linear(0.01, 0.1, 20),
        linear(1, 0.2, 7),
        inverse_sqrt(0.1),
        inverse_sqrt(3),
        inverse_sqrt(0.2, 40),
        noam(512, 40, 1),
        noam(64, 1, 2.5),
        rex(0.1, 0, 50),
        rex(1, 0.3, 7),
        tanh(0.1, 0, 50, -7, 3),
        tanh(1, 0.2, 33, -4, 4),
        cosine(0.1, 0, 50),
        cosine(1, 0.05, 33),
        cosine(0.4, 0.1, 20, exponent=3),
        decaying_later("cosine", 1, 0.1, 0.01, 30, 1.5),
    ]
