"""Nesterov's momentum with the learning rate inside the velocity: its formula, Optax and PyTorch."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source
from recipes.momentum import DEFAULTS, Momentum


class Nesterov(Momentum):
    """v = γ v + η g; θ = θ − (γ v + η g)."""

    formula = "v = momentum * v + lr * g; p = p - (momentum * v + lr * g)"

    def direction(self, group, velocity, gradient):
        return group["momentum"] * velocity + group["lr"] * gradient


def by_torch(o: dict) -> tuple[type, dict]:
    return Nesterov, o


RECIPE = Recipe(
    source=torch_source(by_torch),
    # With a constant rate, its place in the formula does not matter.
    check=optax_source(lambda o: optax.sgd(o["lr"], o["momentum"], nesterov=True)),
    cases=[
        Case("defaults", DEFAULTS),
        Case("momentum 0", {**DEFAULTS, "momentum": 0}),
        Case("momentum 0.99, lr 0.3", {**DEFAULTS, "momentum": 0.99, "lr": 0.3}),
        Case(
            "as PyTorch at a constant lr",
            {**DEFAULTS, "lr": 0.05},
            source=torch_source(lambda o: (torch.optim.SGD, {**o, "nesterov": True})),
        ),
    ],
)
