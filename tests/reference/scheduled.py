"""Optimizers with a learning-rate schedule, where momentum and sgd differ, and decay
follows the rate."""

import optax
from torch.optim.lr_scheduler import StepLR

from chains import ADAM
from inputs import STEPS
from recipe import Case, Rates, Recipe, torch_chain
from recipes import adam, adamw, momentum, nesterov, sgd
from schedule_sources import OPTAX, torch_values
from sources import TORCH

HALVED = Rates(
    ["stepDecay", {"initial": 0.1, "gamma": 0.5, "every": 4}],
    torch_values(0.1, lambda o: StepLR(o, step_size=4, gamma=0.5), STEPS),
    f"{TORCH} StepLR(step_size=4, gamma=0.5)",
)
COSINE = optax.warmup_cosine_decay_schedule(0, 0.1, 5, 20, 0.01)
WARMED_UP = Rates(
    ["warmupCosine", {"initial": 0, "peak": 0.1, "final": 0.01, "warmup": 5, "steps": 20}],
    [float(COSINE(k)) for k in range(STEPS)],
    f"{OPTAX}warmup_cosine_decay_schedule(0, 0.1, 5, 20, 0.01)",
)
SGD = {**sgd.DEFAULTS, "lr": 0.1, "momentum": 0.9}
MOMENTUM = {"lr": 0.1, "momentum": 0.9}
ADAMW = {**adamw.DEFAULTS, "lr": 0.1, "weightDecay": 0.3}


def halved(name: str, options: dict) -> Case:
    return Case(f"{name}, halved every 4 steps", chain=[[name, options]], rates=HALVED)


RECIPE = Recipe(
    source=torch_chain(
        sgd=sgd.by_torch,
        momentum=momentum.by_torch,
        nesterov=nesterov.by_torch,
        adam=adam.by_torch,
        adamw=adamw.by_torch,
    ),
    cases=[
        halved("sgd", SGD),
        halved("momentum", MOMENTUM),
        halved("nesterov", MOMENTUM),
        halved("adam", {**ADAM, "lr": 0.1}),
        Case("adamw, warm-up and cosine", chain=[["adamw", ADAMW]], rates=WARMED_UP),
    ],
)
