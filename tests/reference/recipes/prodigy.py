"""Prodigy: the authors' code transcribed, and Optax if the bias is corrected."""

from math import inf, sqrt

import numpy as np
import optax

from recipe import Case, Recipe, optax_source, transcription
from reductions import total


class Prodigy:
    formula = (
        "Prodigy over all tensors: r = d c, c the bias correction or 1; numerator = beta3 numerator + "
        "d / d0 lr r sum(g (p0 - p)); m, v decaying means of d g, (d g)^2; s = beta3 s + d / d0 lr r g "
        "(safeguarded d / d0 d g); dHat = dCoef numerator / sum|s|; d = min(max of dHat, growthRate d); "
        "p -= lr r (m / (sqrt(v) + d eps) + weightDecay p), r of the last d"
    )

    def __init__(self, options):
        self.o = options
        self.t = 0
        self.d = self.largest = options["d0"]
        self.numerator = 0.0

    def state(self, parameters):
        self.p0 = parameters
        self.m, self.v, self.s = (
            {n: np.zeros_like(p) for n, p in parameters.items()} for _ in range(3)
        )

    def step(self, parameters, gradients):
        o, d = self.o, self.d
        self.t += 1
        beta1, beta2 = o["beta1"], o["beta2"]
        beta3 = o["beta3"] or sqrt(beta2)
        correction = sqrt(1 - beta2**self.t) / (1 - beta1**self.t)
        rate = d * o["lr"] * (correction if o["biasCorrection"] else 1)
        weight = d / o["d0"] * (d if o["safeguardWarmup"] else rate)
        gone = {n: gradients[n] * (self.p0[n] - p) for n, p in parameters.items()}
        self.numerator = beta3 * self.numerator + d / o["d0"] * rate * total(gone)
        for n, g in gradients.items():
            self.m[n] = beta1 * self.m[n] + (1 - beta1) * d * g
            self.v[n] = beta2 * self.v[n] + (1 - beta2) * d * d * g * g
            self.s[n] = beta3 * self.s[n] + weight * g
        self.estimate(total({n: np.abs(s) for n, s in self.s.items()}))
        return {
            n: p - rate * (self.m[n] / (np.sqrt(self.v[n]) + self.d * o["eps"]) + o["weightDecay"] * p)
            for n, p in parameters.items()
        }

    def estimate(self, length):
        if length == 0:
            return
        estimate = self.o["dCoef"] * self.numerator / length
        if self.d == self.o["d0"]:
            self.d = max(self.d, estimate)
        self.largest = max(self.largest, estimate)
        self.d = min(self.largest, self.d * self.o.get("growthRate", inf))


# The default of growthRate is infinity, which JSON lacks.
DEFAULTS = {
    "lr": 1, "beta1": 0.9, "beta2": 0.999, "beta3": 0, "eps": 1e-8, "weightDecay": 0, "d0": 1e-6,
    "dCoef": 1, "biasCorrection": False, "safeguardWarmup": False,
}  # fmt: skip
CORRECTED = {**DEFAULTS, "biasCorrection": True}
FAR = {**CORRECTED, "d0": 0.05, "weightDecay": 0.1}
NEAR = {**CORRECTED, "d0": 0.01, "dCoef": 3}
WARM = {**CORRECTED, "d0": 0.01, "beta1": 0.5, "beta2": 0.9, "dCoef": 4, "lr": 0.5}
UNCORRECTED = "Optax always corrects the bias"

RECIPE = Recipe(
    source=transcription(Prodigy, link="prodigy"),
    check=optax_source(
        lambda o: optax.contrib.prodigy(
            o["lr"], (o["beta1"], o["beta2"]), o["beta3"] or None, o["eps"], o["d0"], o["dCoef"],
            o["weightDecay"], o["safeguardWarmup"],
        ),  # fmt: skip
        "optax.contrib.prodigy",
        link="prodigy",
    ),
    cases=[
        Case("defaults", DEFAULTS, unchecked=UNCORRECTED),
        Case("biasCorrection", CORRECTED),
        Case("d0 0.05, weightDecay 0.1", FAR),
        Case("dCoef 2, beta3 0.9, eps 0.1", {**FAR, "dCoef": 2, "beta3": 0.9, "eps": 0.1}),
        Case("safeguardWarmup, lr 0.5, dCoef 4", {**WARM, "safeguardWarmup": True}),
        Case(
            "growthRate 1.02",
            {**DEFAULTS, "d0": 0.05, "growthRate": 1.02},
            unchecked="Optax has no growthRate",
        ),
        Case("betas 0 but for beta3", {**CORRECTED, "beta1": 0, "beta2": 0, "beta3": 0.9}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["prodigy", NEAR]]),
    ],
)
