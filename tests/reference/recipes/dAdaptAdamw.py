"""D-Adaptation AdamW: the authors' code transcribed, and Optax if the bias is corrected."""

from math import inf, sqrt

import numpy as np
import optax

from recipe import Case, Recipe, optax_source, transcription
from reductions import total


class DAdaptAdamw:
    formula = (
        "D-Adaptation AdamW over all tensors: rate = d lr c, c the bias correction or 1, q = sqrt(beta2); "
        "numerator = q numerator + (1 - q) rate sum(g s / (sqrt(v) + eps)); m, v, s decaying means by beta1, "
        "beta2, q of rate g, g^2, rate g; d = max(d, min(numerator / ((1 - q) sum|s|), growthRate d)); "
        "p -= weightDecay rate p + m / (sqrt(v) + eps)"
    )

    def __init__(self, options):
        self.o = options
        self.t = 0
        self.d = options["d0"]
        self.numerator = 0.0

    def state(self, parameters):
        self.m, self.v, self.s = (
            {n: np.zeros_like(p) for n, p in parameters.items()} for _ in range(3)
        )

    def step(self, parameters, gradients):
        o = self.o
        self.t += 1
        beta1, beta2, root = o["beta1"], o["beta2"], sqrt(o["beta2"])
        correction = sqrt(1 - beta2**self.t) / (1 - beta1**self.t)
        rate = self.d * o["lr"] * (correction if o["biasCorrection"] else 1)
        scaled = {
            n: g * (self.s[n] / (np.sqrt(self.v[n]) + o["eps"])) for n, g in gradients.items()
        }
        self.numerator = root * self.numerator + (1 - root) * rate * total(scaled)
        for n, g in gradients.items():
            self.m[n] = beta1 * self.m[n] + (1 - beta1) * rate * g
            self.v[n] = beta2 * self.v[n] + (1 - beta2) * g * g
            self.s[n] = root * self.s[n] + (1 - root) * rate * g
        length = total({n: np.abs(s) for n, s in self.s.items()})
        if length > 0:
            estimate = self.numerator / ((1 - root) * length)
            self.d = max(self.d, min(estimate, self.d * o.get("growthRate", inf)))
        return {
            n: p - o["weightDecay"] * rate * p - self.m[n] / (np.sqrt(self.v[n]) + o["eps"])
            for n, p in parameters.items()
        }


# The default of growthRate is infinity, which JSON lacks.
DEFAULTS = {
    "lr": 1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 0, "d0": 1e-6,
    "biasCorrection": False,
}  # fmt: skip
CORRECTED = {**DEFAULTS, "biasCorrection": True}
FAR = {**CORRECTED, "d0": 0.05, "weightDecay": 0.1}
ODD = {**FAR, "lr": 3, "beta1": 0, "beta2": 0.99, "eps": 0.1}

RECIPE = Recipe(
    source=transcription(DAdaptAdamw, link="dAdaptAdamw"),
    check=optax_source(
        lambda o: optax.contrib.dadapt_adamw(
            o["lr"], (o["beta1"], o["beta2"]), o["eps"], o["d0"], o["weightDecay"]
        ),
        "optax.contrib.dadapt_adamw",
        link="dAdaptAdamw",
    ),
    cases=[
        Case("defaults", DEFAULTS, unchecked="Optax always corrects the bias"),
        Case("biasCorrection", CORRECTED),
        Case("d0 0.05, weightDecay 0.1, lr 2", {**FAR, "lr": 2}),
        Case("lr 3, beta1 0, beta2 0.99, eps 0.1", ODD),
        Case(
            "growthRate 1.02",
            {**DEFAULTS, "d0": 0.05, "growthRate": 1.02},
            unchecked="Optax has no growthRate",
        ),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["dAdaptAdamw", FAR]]),
    ],
)
