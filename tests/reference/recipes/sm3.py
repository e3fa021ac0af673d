"""SM3: Optax, and the paper's second variant in NumPy."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Sm3(PerTensor):
    formula = (
        "SM3-II: nu = beta2 min(R, C) + w g^2, of vectors beta2 V + w g^2, w = 1 or 1 - beta2; "
        "R, C, V = the largest nu of each row, of each column, nu; "
        "m = momentum m + (1 - momentum) g / sqrt(nu + eps), 0 where nu is; p -= lr m"
    )
    start = {"bounds": 0, "m": 0}

    def update(self, p, g, s, t, o):
        # The bound of each element: the smaller of its row's and its column's maximum.
        bounds = s.bounds
        if p.ndim == 2:
            bounds = np.minimum(bounds.max(1, keepdims=True), bounds.max(0, keepdims=True))
        s.bounds = o.beta2 * bounds + (1 if o.beta2 == 1 else 1 - o.beta2) * g * g
        u = np.zeros_like(g)
        np.divide(g, np.sqrt(s.bounds + o.eps), out=u, where=s.bounds > 0)
        s.m = o.momentum * s.m + (1 - o.momentum) * u
        return p - o.lr * s.m


DEFAULTS = {"lr": 0.1, "momentum": 0.9, "beta2": 1, "eps": 0}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.chain(
            optax.scale_by_sm3(o["momentum"], o["beta2"], o["eps"]),
            optax.scale_by_learning_rate(o["lr"]),
        ),
        "optax.scale_by_sm3, then the learning rate,",
        link="sm3",
    ),
    check=transcription(Sm3, link="sm3"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("momentum 0, eps 1", {**DEFAULTS, "momentum": 0, "eps": 1}),
        Case("beta2 0.9, eps 1e-8", {**DEFAULTS, "beta2": 0.9, "eps": 1e-8}),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["sm3", DEFAULTS]]),
    ],
)
