"""Signum: Optax, and the paper's algorithm 2."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Signum(PerTensor):
    formula = "m = beta m + (1 - beta) g; p -= lr sign(m)"
    start = {"m": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta * s.m + (1 - o.beta) * g
        return p - o.lr * np.sign(s.m)


RECIPE = Recipe(
    source=optax_source(lambda o: optax.signum(o["lr"], o["beta"]), link="signum"),
    check=transcription(Signum, link="signum"),
    cases=[
        Case("defaults", {"lr": 1e-4, "beta": 0.9}),
        Case("beta 0.5, lr 10", {"lr": 10, "beta": 0.5}),
        Case("beta 0", {"lr": 0.01, "beta": 0}),
        Case("behind l2", chain=[["l2", {"l2": 0.5}], ["signum", {"lr": 0.01, "beta": 0.9}]]),
    ],
)
