"""LAMB: Optax, and the paper's algorithm 2."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Lamb(PerTensor):
    formula = (
        "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; "
        "r = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps) + weightDecay p; "
        "p -= lr r norm(p) / norm(r), the ratio 1 where a norm is 0"
    )
    start = {"m": 0, "v": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.v = o.beta2 * s.v + (1 - o.beta2) * g**2
        r = (s.m / (1 - o.beta1**t)) / (np.sqrt(s.v / (1 - o.beta2**t) + o.epsRoot) + o.eps)
        r = r + o.weightDecay * p
        norms = np.linalg.norm(p), np.linalg.norm(r)
        ratio = norms[0] / norms[1] if min(norms) > 0 else 1
        return p - o.lr * ratio * r


DEFAULTS = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6, "epsRoot": 0, "weightDecay": 0.01}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.lamb(
            o["lr"], o["beta1"], o["beta2"], o["eps"], o["epsRoot"], o["weightDecay"]
        ),
        link="lamb",
    ),
    check=transcription(Lamb, link="lamb"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("weightDecay 0", {**DEFAULTS, "weightDecay": 0}),
        Case("weightDecay 0.3, lr 0.1", {**DEFAULTS, "weightDecay": 0.3, "lr": 0.1}),
        Case("beta1 0: steps of norm 0", {**DEFAULTS, "beta1": 0, "weightDecay": 0}),
        Case("beta2 0.5, eps 1e-3", {**DEFAULTS, "beta2": 0.5, "eps": 1e-3}),
        Case("epsRoot 1e-3, eps 0, lr 0.1", {**DEFAULTS, "epsRoot": 1e-3, "eps": 0, "lr": 0.1}),
        Case("b starts at zero", DEFAULTS, zero=("b",)),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["lamb", DEFAULTS]]),
    ],
)
