"""RMSprop: PyTorch, and Optax with eps outside the root."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 1e-3, "alpha": 0.9, "eps": 1e-8, "centered": False, "momentum": 0}


def by_torch(o: dict) -> tuple[type, dict]:
    return torch.optim.RMSprop, {name: o[name] for name in DEFAULTS}


def by_optax(o: dict) -> optax.GradientTransformation:
    return optax.rmsprop(
        o["lr"],
        decay=o["alpha"],
        eps=o["eps"],
        eps_in_sqrt=False,
        centered=o["centered"],
        momentum=o["momentum"] or None,
    )


RECIPE = Recipe(
    source=torch_source(by_torch),
    check=optax_source(by_optax),
    cases=[
        Case("defaults", DEFAULTS),
        Case("alpha 0.99, lr 0.01", {**DEFAULTS, "alpha": 0.99, "lr": 0.01}),
        Case("centered", {**DEFAULTS, "centered": True}),
        Case("momentum 0.9", {**DEFAULTS, "momentum": 0.9}),
        Case("centered, momentum 0.9", {**DEFAULTS, "centered": True, "momentum": 0.9}),
        Case("eps 1e-2, alpha 0.5", {**DEFAULTS, "eps": 1e-2, "alpha": 0.5}),
    ],
)
