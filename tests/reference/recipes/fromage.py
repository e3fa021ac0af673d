"""Fromage: Optax without a minimal norm, and the paper's algorithm 1 as in the authors' code."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Fromage(PerTensor):
    formula = (
        "p = (p - lr g norm(p) / norm(g)) / sqrt(1 + lr^2), the ratio 1 where a norm is 0; "
        "norms are at least minNorm"
    )

    def update(self, p, g, s, t, o):
        norms = max(np.linalg.norm(p), o.minNorm), max(np.linalg.norm(g), o.minNorm)
        ratio = norms[0] / norms[1] if min(norms) > 0 else 1
        return (p - o.lr * ratio * g) / (1 + o.lr**2) ** 0.5


DEFAULTS = {"lr": 0.01, "minNorm": 0}

RECIPE = Recipe(
    source=optax_source(lambda o: optax.fromage(o["lr"], min_norm=o["minNorm"]), link="fromage"),
    check=transcription(Fromage, link="fromage"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 1", {**DEFAULTS, "lr": 1}),
        Case("lr 0.1", {**DEFAULTS, "lr": 0.1}),
        Case("Optax' minNorm", {**DEFAULTS, "minNorm": 1e-6}),
        Case("minNorm 3, lr 0.1, b starts at zero", {"lr": 0.1, "minNorm": 3}, zero=("b",)),
        Case("b starts at zero", DEFAULTS, zero=("b",)),
        Case("behind a clip", chain=[["clipByValue", {"maxValue": 0.5}], ["fromage", DEFAULTS]]),
    ],
)
