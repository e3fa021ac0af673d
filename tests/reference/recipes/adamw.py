"""AdamW: PyTorch and Optax."""

import optax
import torch

from adam_cases import odd_cases, torch_arguments
from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 1e-2}


def by_torch(o: dict) -> tuple[type, dict]:
    return torch.optim.AdamW, {**torch_arguments(o), "weight_decay": o["weightDecay"]}


RECIPE = Recipe(
    source=torch_source(by_torch),
    check=optax_source(
        lambda o: optax.adamw(
            o["lr"], o["beta1"], o["beta2"], o["eps"], weight_decay=o["weightDecay"]
        )
    ),
    cases=[
        Case("defaults", DEFAULTS),
        Case("weightDecay 0.3, lr 0.1", {**DEFAULTS, "weightDecay": 0.3, "lr": 0.1}),
        Case("weightDecay 0", {**DEFAULTS, "weightDecay": 0}),
        *odd_cases(DEFAULTS),
        Case(
            "groups",
            {**DEFAULTS, "weightDecay": 0.1},
            groups=[{"match": "b", "weightDecay": 0, "lr": 0.01}],
            unchecked="Optax has no groups",
        ),
    ],
)
