"""Adan: the paper's algorithm 1 as in its authors' code, and Optax if both weight changes alike."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Adan(PerTensor):
    formula = (
        "Adan: d = g - previous (0 at first); m, v, n decaying means of g, d, (g + lookAhead d)^2; "
        "p = (p - lr (mHat + lookAhead vHat) / (sqrt(nHat + epsRoot) + eps)) / (1 + lr weightDecay); lookAhead is "
        "beta2 where it is below 0"
    )
    start = {"m": 0, "v": 0, "n": 0}

    def update(self, p, g, s, t, o):
        d = g - s.previous if t > 1 else 0 * g
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.v = o.beta2 * s.v + (1 - o.beta2) * d
        ahead = o.beta2 if o.lookAhead < 0 else o.lookAhead
        s.n = o.beta3 * s.n + (1 - o.beta3) * (g + ahead * d) ** 2
        s.previous = g
        look = s.m / (1 - o.beta1**t) + ahead * s.v / (1 - o.beta2**t)
        step = look / (np.sqrt(s.n / (1 - o.beta3**t) + o.epsRoot) + o.eps)
        return (p - o.lr * step) / (1 + o.lr * o.weightDecay)


DEFAULTS = {"lr": 1e-3, "beta1": 0.98, "beta2": 0.92, "beta3": 0.99, "eps": 1e-8, "epsRoot": 0, "lookAhead": -1, "weightDecay": 0}
OTHERWISE = "Optax weighs changes by 1 - b2 where the paper has beta2"
OPTAX = {**DEFAULTS, "epsRoot": 1e-8, "lookAhead": 1 - 0.92}
HALF = {**DEFAULTS, "beta2": 0.5, "lr": 0.1}

RECIPE = Recipe(
    source=transcription(Adan, link="adan"),
    check=optax_source(
        lambda o: optax.adan(
            o["lr"], o["beta1"], o["beta2"], o["beta3"], o["eps"], eps_root=o["epsRoot"]
        ),
        link="adan",
    ),
    cases=[
        Case("Optax' defaults, without decay", OPTAX),
        Case("Optax', lr 0.1, beta2 0.7", {**OPTAX, "lr": 0.1, "beta2": 0.7, "lookAhead": 1 - 0.7}),
        Case("defaults", DEFAULTS, unchecked=OTHERWISE),
        Case("lr 0.1, beta2 0.5", HALF),
        Case("betas 0 but for beta2, eps 0.1", {**HALF, "beta1": 0, "beta3": 0, "eps": 0.1}),
        Case(
            "lr 0.03, weightDecay 0.3",
            {**DEFAULTS, "lr": 0.03, "weightDecay": 0.3},
            unchecked="Optax' decay is not proximal",
        ),
        Case("beta2 0", {**DEFAULTS, "beta2": 0}, unchecked=OTHERWISE),
        Case("epsRoot 1e-3, eps 0, beta2 0.5", {**HALF, "epsRoot": 1e-3, "eps": 0}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["adan", HALF]]),
    ],
)
