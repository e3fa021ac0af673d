"""MARS-AdamW: the authors' approximate version transcribed; no other library has it."""

import numpy as np

from recipe import Case, PerTensor, Recipe, transcription


class Mars(PerTensor):
    formula = (
        "MARS-AdamW: c = g + gamma beta1 / (1 - beta1) (g - previous), over its norm where that is above 1; "
        "p -= lr (mHat / (sqrt(vHat) + eps) + weightDecay p), m, v decaying means of c, c^2"
    )
    start = {"m": 0, "v": 0, "previous": 0}

    def update(self, p, g, s, t, o):
        c = g + o.gamma * (o.beta1 / (1 - o.beta1)) * (g - s.previous)
        length = np.linalg.norm(c)
        c = c / length if length > 1 else c
        s.m = o.beta1 * s.m + (1 - o.beta1) * c
        s.v = o.beta2 * s.v + (1 - o.beta2) * c * c
        s.previous = g
        u = (s.m / (1 - o.beta1**t)) / (np.sqrt(s.v / (1 - o.beta2**t)) + o.eps)
        return p - o.lr * (u + o.weightDecay * p)


DEFAULTS = {"lr": 3e-3, "beta1": 0.95, "beta2": 0.99, "gamma": 0.025, "eps": 1e-8, "weightDecay": 0}
SMALL = {**DEFAULTS, "lr": 0.1}

RECIPE = Recipe(
    source=transcription(Mars, link="mars"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("gamma 1, lr 0.1, weightDecay 0.3", {**SMALL, "gamma": 1, "weightDecay": 0.3}),
        Case("betas 0, eps 0.1", {**DEFAULTS, "beta1": 0, "beta2": 0, "eps": 0.1}),
        Case("gamma 0", {**DEFAULTS, "gamma": 0}),
        Case(
            "norms on both sides of 1",
            chain=[["clipByNorm", {"maxNorm": 0.7}], ["mars", {**SMALL, "gamma": 0.04}]],
        ),
    ],
)
