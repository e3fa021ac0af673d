"""D-Adaptation SGD: the authors' code transcribed; no other library has it."""

from math import inf, sqrt

import numpy as np

from recipe import Case, Recipe, transcription
from reductions import total


class DAdaptSgd:
    formula = (
        "D-Adaptation SGD over all tensors: rate = d lr / norm of the first gradient; numerator += "
        "rate sum(g s); s += rate g; d = max(d, min(2 numerator / norm(s), growthRate d)); "
        "p = momentum p + (1 - momentum) (p0 - s)"
    )

    def __init__(self, options):
        self.o = options
        self.d = options["d0"]
        self.numerator = self.norm = 0.0

    def state(self, parameters):
        self.p0 = parameters
        self.s = {n: np.zeros_like(p) for n, p in parameters.items()}

    def step(self, parameters, gradients):
        o = self.o
        self.norm = self.norm or sqrt(total({n: g * g for n, g in gradients.items()}))
        rate = self.d * o["lr"] / self.norm
        self.numerator += rate * total({n: g * self.s[n] for n, g in gradients.items()})
        self.s = {n: s + rate * gradients[n] for n, s in self.s.items()}
        length = sqrt(total({n: s * s for n, s in self.s.items()}))
        grown = self.d * o.get("growthRate", inf)
        self.d = max(self.d, min(2 * self.numerator / length, grown))
        kept = o["momentum"]
        return {n: kept * p + (1 - kept) * (self.p0[n] - self.s[n]) for n, p in parameters.items()}


# The default of growthRate is infinity, which JSON lacks.
DEFAULTS = {"lr": 1, "momentum": 0, "d0": 1e-6}
FAR = {**DEFAULTS, "momentum": 0.9, "d0": 0.05}

RECIPE = Recipe(
    source=transcription(DAdaptSgd, link="dAdaptSgd"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("momentum 0.9, d0 0.05", FAR),
        Case("lr 2, growthRate 1.02", {**FAR, "lr": 2, "growthRate": 1.02}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["dAdaptSgd", FAR]]),
    ],
)
