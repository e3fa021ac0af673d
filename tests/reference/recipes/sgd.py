"""SGD: PyTorch; and Optax if there is no dampening."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 1e-3, "momentum": 0, "dampening": 0, "nesterov": False}


def by_torch(o: dict) -> tuple[type, dict]:
    return torch.optim.SGD, {name: o[name] for name in DEFAULTS}


RECIPE = Recipe(
    source=torch_source(by_torch),
    check=optax_source(lambda o: optax.sgd(o["lr"], o["momentum"] or None, o["nesterov"])),
    cases=[
        Case("defaults", DEFAULTS),
        Case("momentum 0.9", {**DEFAULTS, "momentum": 0.9}),
        Case(
            "momentum 0.9, dampening 0.5",
            {**DEFAULTS, "momentum": 0.9, "dampening": 0.5},
            unchecked="Optax has no dampening",
        ),
        Case("nesterov", {**DEFAULTS, "momentum": 0.9, "nesterov": True}),
        Case("odd lr", {**DEFAULTS, "lr": 0.0371}),
        Case("large momentum, odd lr", {**DEFAULTS, "lr": 0.213, "momentum": 0.99}),
        Case(
            "groups",
            {**DEFAULTS, "momentum": 0.9},
            groups=[{"match": "w", "momentum": 0.5}, {"match": "b", "lr": 0.02}],
            unchecked="Optax has no groups",
        ),
    ],
)
