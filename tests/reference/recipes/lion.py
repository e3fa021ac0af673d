"""Lion: Optax, and the paper's algorithm 2 in NumPy."""

import numpy as np
import optax

from recipe import Case, Recipe, optax_source, transcription


class Lion:
    formula = "u = sign(beta1 m + (1 - beta1) g); p -= lr (u + weightDecay p); m = beta2 m + (1 - beta2) g"

    def __init__(self, options):
        self.lr, self.beta1, self.beta2 = options["lr"], options["beta1"], options["beta2"]
        self.decay = options["weightDecay"]

    def state(self, parameters):
        self.m = {name: np.zeros_like(p) for name, p in parameters.items()}

    def step(self, parameters, gradients):
        return {n: self.one(n, p, gradients[n]) for n, p in parameters.items()}

    def one(self, name, p, g):
        u = np.sign(self.beta1 * self.m[name] + (1 - self.beta1) * g)
        self.m[name] = self.beta2 * self.m[name] + (1 - self.beta2) * g
        return p - self.lr * (u + self.decay * p)


DEFAULTS = {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weightDecay": 0}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.lion(
            o["lr"], o["beta1"], o["beta2"], weight_decay=o["weightDecay"]
        ),
        link="lion",
    ),
    check=transcription(Lion, link="lion"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.1, weightDecay 0.3", {**DEFAULTS, "lr": 0.1, "weightDecay": 0.3}),
        Case("beta1 0", {**DEFAULTS, "beta1": 0}),
        Case("beta2 0, lr 10", {**DEFAULTS, "beta2": 0, "lr": 10}),
        Case(
            "behind a clip",
            chain=[["clipByNorm", {"maxNorm": 6}], ["lion", {**DEFAULTS, "weightDecay": 0.1}]],
        ),
    ],
)
