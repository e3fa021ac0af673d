"""Lion: Optax, and the paper's algorithm 2."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Lion(PerTensor):
    formula = "u = sign(beta1 m + (1 - beta1) g); p -= lr (u + weightDecay p); m = beta2 m + (1 - beta2) g"
    start = {"m": 0}

    def update(self, p, g, s, t, o):
        u = np.sign(o.beta1 * s.m + (1 - o.beta1) * g)
        s.m = o.beta2 * s.m + (1 - o.beta2) * g
        return p - o.lr * (u + o.weightDecay * p)


DEFAULTS = {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weightDecay": 0}
DECAYED = {**DEFAULTS, "weightDecay": 0.1}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.lion(o["lr"], o["beta1"], o["beta2"], weight_decay=o["weightDecay"]),
        link="lion",
    ),
    check=transcription(Lion, link="lion"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.1, weightDecay 0.3", {**DEFAULTS, "lr": 0.1, "weightDecay": 0.3}),
        Case("beta1 0", {**DEFAULTS, "beta1": 0}),
        Case("beta2 0, lr 10", {**DEFAULTS, "beta2": 0, "lr": 10}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["lion", DECAYED]]),
    ],
)
