"""AdaBelief: Optax, and the paper's algorithm 1."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class AdaBelief(PerTensor):
    formula = (
        "m = beta1 m + (1 - beta1) g; s = beta2 s + (1 - beta2) (g - m)^2 + epsRoot, "
        "below 0 eps; p -= lr m / (1 - beta1^t) / (sqrt(s / (1 - beta2^t)) + eps), with nesterov "
        "of beta1 m / (1 - beta1^(t + 1)) + (1 - beta1) g / (1 - beta1^t)"
    )
    start = {"m": 0, "s": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.s = o.beta2 * s.s + (1 - o.beta2) * (g - s.m) ** 2
        s.s = s.s + (o.eps if o.epsRoot < 0 else o.epsRoot)
        m = s.m / (1 - o.beta1**t)
        if o.nesterov:
            m = o.beta1 * s.m / (1 - o.beta1 ** (t + 1)) + (1 - o.beta1) * g / (1 - o.beta1**t)
        return p - o.lr * m / (np.sqrt(s.s / (1 - o.beta2**t)) + o.eps)


DEFAULTS = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-16, "epsRoot": -1, "nesterov": False}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.adabelief(
            o["lr"], o["beta1"], o["beta2"], o["eps"],
            o["eps"] if o["epsRoot"] < 0 else o["epsRoot"], nesterov=o["nesterov"],
        ),  # fmt: skip
        link="adabelief",
    ),
    check=transcription(AdaBelief, link="adabelief"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("eps 1e-8, lr 0.1", {**DEFAULTS, "eps": 1e-8, "lr": 0.1}),
        Case("eps 1e-2", {**DEFAULTS, "eps": 1e-2}),
        Case("beta2 0.5", {**DEFAULTS, "beta2": 0.5}),
        Case("beta1 0.5, lr 10", {**DEFAULTS, "beta1": 0.5, "lr": 10}),
        Case("epsRoot 1e-4, eps 1e-2", {**DEFAULTS, "eps": 1e-2, "epsRoot": 1e-4}),
        Case("epsRoot 0, eps 1e-2", {**DEFAULTS, "eps": 1e-2, "epsRoot": 0}),
        Case("nesterov", {**DEFAULTS, "nesterov": True}),
        Case(
            "nesterov, beta1 0.5, eps 1e-2, lr 0.1",
            {**DEFAULTS, "nesterov": True, "beta1": 0.5, "eps": 1e-2, "lr": 0.1},
        ),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["adabelief", DEFAULTS]]),
    ],
)
