"""LDoG: the authors' code transcribed."""

from math import sqrt

import numpy as np

from recipe import Case, PerTensor, Recipe, transcription


def norm(x: np.ndarray) -> float:
    return sqrt(float(np.sum(x.astype(np.float64) ** 2)))


class Ldog(PerTensor):
    formula = (
        "LDoG, per tensor: r = max(r, norm(p - p0)), at first repsRel (1 + norm(p)), with initialRate 0; "
        "G += norm(g)^2; p -= lr r / sqrt(G + eps) g, at first lr initialRate g where it is not 0"
    )
    start = {}

    def update(self, p, g, s, t, o):
        if t == 1:
            s.p0, s.G = p, 0.0
            s.r = 0.0 if o.initialRate else o.repsRel * (1 + norm(p))
        s.r = max(s.r, norm(p - s.p0))
        s.G += norm(g) ** 2
        rate = o.initialRate if t == 1 and o.initialRate else s.r / sqrt(s.G + o.eps)
        return p - o.lr * rate * g


DEFAULTS = {"lr": 1, "repsRel": 1e-6, "initialRate": 0, "eps": 1e-8}
FAR = {**DEFAULTS, "lr": 0.5, "repsRel": 0.1, "eps": 1}

RECIPE = Recipe(
    source=transcription(Ldog, link="ldog"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("repsRel 1e-2", {**DEFAULTS, "repsRel": 1e-2}),
        Case("lr 0.5, repsRel 0.1, eps 1", FAR),
        Case("initialRate 0.01", {**DEFAULTS, "initialRate": 0.01}),
        Case("b starts at zero", FAR, zero=("b",)),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["ldog", FAR]]),
    ],
)
