"""AdaMaxW: Optax, and the paper's algorithm with decoupled decay."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class AdamaxW(PerTensor):
    formula = (
        "m = beta1 m + (1 - beta1) g; n = max(beta2 n, |g| + eps); "
        "p -= lr (m / (1 - beta1^t) / n + weightDecay p)"
    )
    start = {"m": 0, "n": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.n = np.maximum(o.beta2 * s.n, np.abs(g) + o.eps)
        return p - o.lr * (s.m / (1 - o.beta1**t) / s.n + o.weightDecay * p)


DEFAULTS = {"lr": 2e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 1e-2}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.adamaxw(
            o["lr"], o["beta1"], o["beta2"], o["eps"], weight_decay=o["weightDecay"]
        ),
        link="adamaxw",
    ),
    check=transcription(AdamaxW, link="adamaxw"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("weightDecay 0", {**DEFAULTS, "weightDecay": 0}),
        Case("weightDecay 0.3, lr 0.1", {**DEFAULTS, "weightDecay": 0.3, "lr": 0.1}),
        Case("beta1 0, eps 1e-3", {**DEFAULTS, "beta1": 0, "eps": 1e-3}),
        Case("beta2 0.5", {**DEFAULTS, "beta2": 0.5}),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["adamaxw", DEFAULTS]]),
    ],
)
