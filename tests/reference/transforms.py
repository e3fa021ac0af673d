"""The chains that try each transform, and optimizers whose learning rate follows a schedule."""

import optax
import torch

from inputs import STEPS
from optimizers import ADAM, OPTIMIZERS
from schedule_sources import OPTAX, torch_values
from sources import TORCH
from trajectories import Case

ADAMW = {**ADAM, "weightDecay": 1e-2}
MOMENTUM_SGD = {"lr": 0.01, "momentum": 0.9, "dampening": 0, "nesterov": False}
PLAIN_SGD = {"lr": 0.1, "momentum": 0, "dampening": 0, "nesterov": False}


def global_norm(max_norm: float) -> tuple[str, dict]:
    return "clipByGlobalNorm", {"maxNorm": max_norm, "eps": 1e-6}


def global_norm_cases() -> list[Case]:
    return [
        Case("clips at some steps", [global_norm(9), ("adamw", ADAMW)], clipped="some"),
        Case("clips at every step", [global_norm(0.1), ("adamw", ADAMW)], clipped="all"),
        Case("never clips", [global_norm(1000), ("adamw", ADAMW)], clipped="none"),
        Case("sgd", [global_norm(9), ("sgd", PLAIN_SGD)], clipped="some"),
        Case(
            "clips before l2",
            [global_norm(1), ("l2", {"l2": 0.1}), ("sgd", MOMENTUM_SGD)],
            clipped="some",
        ),
    ]


def norm_cases() -> list[Case]:
    clip = lambda max_norm: ("clipByNorm", {"maxNorm": max_norm})  # noqa: E731
    return [
        Case("clips at some steps", [clip(6), ("adamw", ADAMW)]),
        Case("clips at every step", [clip(1e-3), ("sgd", {**PLAIN_SGD, "lr": 10})]),
        Case("never clips", [clip(1000), ("adamw", ADAMW)]),
        Case("sgd", [clip(6), ("sgd", PLAIN_SGD)]),
    ]


def value_cases() -> list[Case]:
    clip = lambda max_value: ("clipByValue", {"maxValue": max_value})  # noqa: E731
    return [
        Case("clips large elements", [clip(0.5), ("adamw", ADAMW)]),
        Case("clips most elements", [clip(1e-3), ("sgd", {**PLAIN_SGD, "lr": 10})]),
        Case("never clips", [clip(1000), ("adamw", ADAMW)]),
        Case("sgd", [clip(0.5), ("sgd", MOMENTUM_SGD)]),
    ]


def l2_cases() -> list[Case]:
    decay = lambda l2: ("l2", {"l2": l2})  # noqa: E731
    return [
        Case("sgd", [decay(0.01), ("sgd", {**PLAIN_SGD, "lr": 1e-3})]),
        Case("sgd with momentum", [decay(0.3), ("sgd", MOMENTUM_SGD)]),
        Case("adam", [decay(0.01), ("adam", ADAM)]),
        Case("adam, strong", [decay(2), ("adam", {**ADAM, "lr": 0.05})]),
        Case("rmsprop", [decay(0.1), ("rmsprop", OPTIMIZERS["rmsprop"].defaults)]),
    ]


def ema_cases() -> list[Case]:
    average = lambda decay: ("ema", {"decay": decay})  # noqa: E731
    return [
        Case("defaults", [("adam", ADAM), average(0.999)]),
        Case("fast", [("sgd", PLAIN_SGD), average(0.5)]),
        Case("decay 0", [("adam", ADAM), average(0)]),
        Case(
            "clipping, decay and average together",
            [global_norm(9), ("adamw", {**ADAMW, "lr": 0.1, "weightDecay": 0.3}), average(0.8)],
            clipped="some",
        ),
    ]


TRANSFORMS = {
    "clipByGlobalNorm": global_norm_cases(),
    "clipByNorm": norm_cases(),
    "clipByValue": value_cases(),
    "l2": l2_cases(),
    "ema": ema_cases(),
}


def scheduled_cases() -> list[Case]:
    """Learning rates that change: where momentum and sgd part, and decay follows the rate."""
    halving = {"initial": 0.1, "gamma": 0.5, "every": 4}
    step_rates = torch_values(
        0.1, lambda o: torch.optim.lr_scheduler.StepLR(o, step_size=4, gamma=0.5), STEPS
    )
    step = {
        "schedules": {"lr": ["stepDecay", halving]},
        "rates": step_rates,
        "rates_source": f"{TORCH} StepLR(step_size=4, gamma=0.5)",
    }
    cosine = {"initial": 0, "peak": 0.1, "final": 0.01, "warmup": 5, "steps": 20}
    schedule = optax.warmup_cosine_decay_schedule(0, 0.1, 5, 20, 0.01)
    warmup = {
        "schedules": {"lr": ["warmupCosine", cosine]},
        "rates": [float(schedule(k)) for k in range(STEPS)],
        "rates_source": f"{OPTAX}warmup_cosine_decay_schedule(0, 0.1, 5, 20, 0.01)",
    }
    momentum = {"lr": 0.1, "momentum": 0.9}
    sgd = {**MOMENTUM_SGD, "lr": 0.1}
    return [
        Case("sgd, halved every 4 steps", [("sgd", sgd)], **step),
        Case("momentum, halved every 4 steps", [("momentum", momentum)], **step),
        Case("nesterov, halved every 4 steps", [("nesterov", momentum)], **step),
        Case("adam, halved every 4 steps", [("adam", {**ADAM, "lr": 0.1})], **step),
        Case(
            "adamw, warm-up and cosine",
            [("adamw", {**ADAMW, "lr": 0.1, "weightDecay": 0.3})],
            **warmup,
        ),
    ]
