"""Momentum with the learning rate inside the velocity: its formula, Optax and PyTorch."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source


class Momentum(torch.optim.Optimizer):
    """v = γ v + η g; θ = θ − v."""

    formula = "v = momentum * v + lr * g; p = p - v"

    def __init__(self, params, lr, momentum):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                velocity = self.state[p].get("velocity", torch.zeros_like(p))
                velocity = group["momentum"] * velocity + group["lr"] * p.grad
                self.state[p]["velocity"] = velocity
                p.copy_(p - self.direction(group, velocity, p.grad))

    def direction(self, group, velocity, gradient):
        return velocity


def by_torch(o: dict) -> tuple[type, dict]:
    return Momentum, o


DEFAULTS = {"lr": 0.01, "momentum": 0.9}

RECIPE = Recipe(
    source=torch_source(by_torch),
    # With a constant rate, its place in the formula does not matter.
    check=optax_source(lambda o: optax.sgd(o["lr"], o["momentum"])),
    cases=[
        Case("defaults", DEFAULTS),
        Case("momentum 0", {**DEFAULTS, "momentum": 0}),
        Case("momentum 0.99, lr 0.3", {**DEFAULTS, "momentum": 0.99, "lr": 0.3}),
        Case(
            "as PyTorch at a constant lr",
            {**DEFAULTS, "lr": 0.05},
            source=torch_source(lambda o: (torch.optim.SGD, o)),
        ),
    ],
)
