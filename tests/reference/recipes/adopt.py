"""ADOPT: Optax, and the authors' code transcribed."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Adopt(PerTensor):
    formula = (
        "ADOPT: d = g / max(sqrt(v), eps), with clip within (t - 1)^(1/4); m = beta1 m + (1 - beta1) d; "
        "p -= lr (m + weightDecay p), with nesterov of another such mean with m for the last; "
        "v = beta2 v + (1 - beta2) g^2; the first step is v = g^2 alone"
    )
    start = {"m": 0, "v": 0}

    def update(self, p, g, s, t, o):
        if t == 1:
            s.v = g * g
            return p
        d = g / np.maximum(np.sqrt(s.v), o.eps)
        if o.clip:
            d = np.clip(d, -((t - 1) ** 0.25), (t - 1) ** 0.25)
        s.m = o.beta1 * s.m + (1 - o.beta1) * d
        s.v = o.beta2 * s.v + (1 - o.beta2) * g * g
        m = o.beta1 * s.m + (1 - o.beta1) * d if o.nesterov else s.m
        return p - o.lr * (m + o.weightDecay * p)


DEFAULTS = {
    "lr": 1e-3, "beta1": 0.9, "beta2": 0.9999, "eps": 1e-6, "clip": True, "nesterov": False,
    "weightDecay": 0,
}  # fmt: skip
CLIPPED = [["clipByNorm", {"maxNorm": 6}], ["adopt", {**DEFAULTS, "lr": 0.1}]]

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.contrib.adopt(
            o["lr"], o["beta1"], o["beta2"], o["eps"], use_clipping=o["clip"],
            nesterov=o["nesterov"],
        ),  # fmt: skip
        "optax.contrib.adopt",
        link="adopt",
    ),
    check=transcription(Adopt, link="adopt"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.1, beta1 0, beta2 0.9", {**DEFAULTS, "lr": 0.1, "beta1": 0, "beta2": 0.9}),
        Case("nesterov, beta2 0.9, lr 0.1", {**DEFAULTS, "nesterov": True, "beta2": 0.9, "lr": 0.1}),
        Case("no clip, eps 0.1, beta2 0", {**DEFAULTS, "clip": False, "eps": 0.1, "beta2": 0}),
        Case(
            "lr 0.1, weightDecay 0.3",
            {**DEFAULTS, "lr": 0.1, "weightDecay": 0.3},
            source=transcription(Adopt),
            unchecked="Optax has no weight decay",
        ),
        Case("behind a clip", chain=CLIPPED),
    ],
)
