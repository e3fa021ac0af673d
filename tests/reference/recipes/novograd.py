"""NovoGrad: Optax, and the paper's algorithm 1 in NumPy."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Novograd(PerTensor):
    formula = (
        "NovoGrad, per tensor: v = beta2 v + (1 - beta2) sum(g^2), at first sum(g^2); "
        "m = beta1 m + g / (sqrt(v + epsRoot) + eps) + weightDecay p; p -= lr m"
    )
    start = {"m": 0}

    def update(self, p, g, s, t, o):
        square = float(np.sum(g.astype(np.float64) ** 2))
        s.v = square if t == 1 else o.beta2 * s.v + (1 - o.beta2) * square
        s.m = o.beta1 * s.m + (g / ((s.v + o.epsRoot) ** 0.5 + o.eps) + o.weightDecay * p)
        return p - o.lr * s.m


DEFAULTS = {"lr": 1e-3, "beta1": 0.95, "beta2": 0.98, "eps": 1e-8, "epsRoot": 0, "weightDecay": 0}
OPTAX = {**DEFAULTS, "beta1": 0.9, "beta2": 0.25, "eps": 1e-6}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.novograd(
            o["lr"], o["beta1"], o["beta2"], o["eps"], o["epsRoot"], o["weightDecay"]
        ),
        link="novograd",
    ),
    check=transcription(Novograd, link="novograd"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("Optax' defaults", OPTAX),
        Case("lr 0.03, weightDecay 0.1", {**DEFAULTS, "lr": 0.03, "weightDecay": 0.1}),
        Case("betas 0, eps 1", {**DEFAULTS, "beta1": 0, "beta2": 0, "eps": 1}),
        Case("epsRoot 0.1, eps 0", {**DEFAULTS, "epsRoot": 0.1, "eps": 0}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["novograd", OPTAX]]),
    ],
)
