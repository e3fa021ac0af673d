"""Simplified AdEMAMix: Optax, and its equations in NumPy."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class SimplifiedAdemamix(PerTensor):
    formula = (
        "m = beta1 m + g; v = beta2 v + (1 - beta2) g^2; "
        "p -= lr ((m + alpha g) / (sqrt(vHat + epsRoot) + eps) + weightDecay p)"
    )
    start = {"m": 0, "v": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + g
        s.v = o.beta2 * s.v + (1 - o.beta2) * g * g
        root = np.sqrt(s.v / (1 - o.beta2**t) + o.epsRoot)
        return p - o.lr * ((s.m + o.alpha * g) / (root + o.eps) + o.weightDecay * p)


DEFAULTS = {
    "lr": 1e-5, "beta1": 0.99, "beta2": 0.95, "alpha": 0, "eps": 1e-8, "epsRoot": 0, "weightDecay": 0
}  # fmt: skip
FAST = {**DEFAULTS, "lr": 1e-2, "alpha": 3}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.contrib.simplified_ademamix(
            o["lr"], o["beta1"], o["beta2"], o["alpha"], o["eps"], o["epsRoot"], o["weightDecay"]
        ),
        "optax.contrib.simplified_ademamix",
        link="simplifiedAdemamix",
    ),
    check=transcription(SimplifiedAdemamix, link="simplifiedAdemamix"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("alpha 3, lr 1e-2", FAST),
        Case("alpha 100, beta1 0.999, weightDecay 0.1", {**FAST, "lr": 1e-3, "alpha": 100, "beta1": 0.999, "weightDecay": 0.1}),
        Case("betas 0, eps 0.1", {**FAST, "beta1": 0, "beta2": 0, "eps": 0.1}),
        Case("epsRoot 1e-3, eps 0", {**FAST, "epsRoot": 1e-3, "eps": 0}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["simplifiedAdemamix", FAST]]),
    ],
)
