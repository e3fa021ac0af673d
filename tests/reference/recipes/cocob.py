"""COCOB: Optax, and the paper's algorithm 2 in NumPy."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Cocob(PerTensor):
    formula = (
        "COCOB-Backprop: L = max(L, |g|); G += |g|; R = max(R - g w, 0); s -= g; "
        "w = s / (L max(G + L, alpha L)) (L + R); p = p0 + w, of gradients times lr"
    )
    start = {"G": 0, "R": 0, "s": 0, "w": 0}

    def state(self, parameters):
        super().state(parameters)
        for name, p in parameters.items():
            self.states[name].p0 = p
            self.states[name].L = np.full_like(p, self.options.eps)

    def update(self, p, g, s, t, o):
        g = o.lr * g
        s.L = np.maximum(s.L, np.abs(g))
        s.G = s.G + np.abs(g)
        s.R = np.maximum(s.R - g * s.w, 0)
        s.s = s.s - g
        s.w = s.s / (s.L * np.maximum(s.G + s.L, o.alpha * s.L)) * (s.L + s.R)
        return s.p0 + s.w


DEFAULTS = {"lr": 1, "alpha": 100, "eps": 1e-8}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.contrib.cocob(o["lr"], o["alpha"], o["eps"]),
        "optax.contrib.cocob",
        link="cocob",
    ),
    check=transcription(Cocob, link="cocob"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("alpha 2", {**DEFAULTS, "alpha": 2}),
        Case("alpha 0, eps 1, lr 0.1", {"lr": 0.1, "alpha": 0, "eps": 1}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["cocob", DEFAULTS]]),
    ],
)
