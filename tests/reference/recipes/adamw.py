"""AdamW: PyTorch and Optax."""

import numpy as np
import optax
import torch

from adam_cases import odd_cases, torch_arguments
from recipe import Case, PerTensor, Recipe, optax_source, torch_source, transcription

DEFAULTS = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "epsRoot": 0, "weightDecay": 1e-2}


def by_torch(o: dict) -> tuple[type, dict]:
    return torch.optim.AdamW, {**torch_arguments(o), "weight_decay": o["weightDecay"]}


class RootedAdamw(PerTensor):
    formula = (
        "AdamW: m, v means of g, g^2; p -= lr (mHat / (sqrt(vHat + epsRoot) + eps) + weightDecay p)"
    )
    start = {"m": 0, "v": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.v = o.beta2 * s.v + (1 - o.beta2) * g * g
        root = np.sqrt(s.v / (1 - o.beta2**t) + o.epsRoot)
        return p - o.lr * (s.m / (1 - o.beta1**t) / (root + o.eps) + o.weightDecay * p)


def by_optax(o: dict) -> optax.GradientTransformation:
    return optax.adamw(
        o["lr"], o["beta1"], o["beta2"], o["eps"], o["epsRoot"], weight_decay=o["weightDecay"]
    )


def adam_by_optax(o: dict) -> optax.GradientTransformation:
    return optax.adam(o["lr"], o["beta1"], o["beta2"], o["eps"], o["epsRoot"])


ROOTED = transcription(RootedAdamw)

RECIPE = Recipe(
    source=torch_source(by_torch),
    check=optax_source(by_optax),
    cases=[
        Case("defaults", DEFAULTS),
        Case("weightDecay 0.3, lr 0.1", {**DEFAULTS, "weightDecay": 0.3, "lr": 0.1}),
        Case("weightDecay 0", {**DEFAULTS, "weightDecay": 0}),
        *odd_cases(DEFAULTS),
        Case("epsRoot 1e-3, lr 0.1", {**DEFAULTS, "epsRoot": 1e-3, "lr": 0.1}, source=ROOTED),
        Case(
            "optax.adam, epsRoot 0.5, eps 0",
            {**DEFAULTS, "epsRoot": 0.5, "eps": 0, "weightDecay": 0},
            source=optax_source(adam_by_optax, "optax.adam"),
        ),
        Case(
            "groups",
            {**DEFAULTS, "weightDecay": 0.1},
            groups=[{"match": "b", "weightDecay": 0, "lr": 0.01}],
            unchecked="Optax has no groups",
        ),
    ],
)
