"""Fromage: Optax without a least norm, and the paper's algorithm 1 as the authors' code has it."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Fromage(PerTensor):
    formula = "p = (p - lr g norm(p) / norm(g)) / sqrt(1 + lr^2), the ratio 1 where a norm is 0"

    def update(self, p, g, s, t, o):
        norms = np.linalg.norm(p), np.linalg.norm(g)
        ratio = norms[0] / norms[1] if min(norms) > 0 else 1
        return (p - o.lr * ratio * g) / (1 + o.lr**2) ** 0.5


RECIPE = Recipe(
    source=optax_source(lambda o: optax.fromage(o["lr"], min_norm=0), link="fromage"),
    check=transcription(Fromage, link="fromage"),
    cases=[
        Case("defaults", {"lr": 0.01}),
        Case("lr 1", {"lr": 1}),
        Case("lr 0.1", {"lr": 0.1}),
        Case("behind a clip", chain=[["clipByValue", {"maxValue": 0.5}], ["fromage", {"lr": 0.01}]]),
    ],
)
