"""Muon: Optax' orthogonalisation behind momentum as in Jordan's code, and both in NumPy."""

from math import sqrt

import jax
import jax.numpy as jnp
import numpy as np
import optax
from optax.contrib._muon import (
    MuonDimensionNumbers,
    orthogonalize_via_newton_schulz,
    scale_by_shape,
)

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Muon(PerTensor):
    formula = (
        "Muon of matrices: m = momentum m + (1 - momentum) g; x = with nesterov momentum m + "
        "(1 - momentum) g; x /= norm(x) + eps; steps times x = a x + (b A + c A A) x, A = x x^T; "
        "p -= lr (sqrt(max(1, outputs / inputs)) x, or with matchRms 0.2 sqrt(max(rows, cols)) x, + "
        "weightDecay p); of vectors AdamW with adamLrRatio lr and adamEps"
    )
    start = {"m": 0, "v": 0}

    def orthogonal(self, x, o):
        turned = x.shape[0] > x.shape[1]
        x = x.T if turned else x
        x = x / (np.linalg.norm(x) + o.eps).astype(x.dtype)
        for _ in range(o.steps):
            gram = x @ x.T
            x = o.a * x + (o.b * gram + o.c * (gram @ gram)) @ x
        return x.T if turned else x

    def scale(self, rows, cols, o):
        if o.matchRms:
            return 0.2 * sqrt(max(rows, cols))
        return sqrt(max(1, rows / cols if o.outputsFirst else cols / rows))

    def update(self, p, g, s, t, o):
        if p.ndim == 1:
            s.m = o.beta1 * s.m + (1 - o.beta1) * g
            s.v = o.beta2 * s.v + (1 - o.beta2) * g * g
            u = s.m / (1 - o.beta1**t) / (np.sqrt(s.v / (1 - o.beta2**t)) + o.adamEps)
            return p - o.adamLrRatio * o.lr * (u + o.weightDecay * p)
        s.m = o.momentum * s.m + (1 - o.momentum) * g
        x = o.momentum * s.m + (1 - o.momentum) * g if o.nesterov else s.m
        u = self.scale(*p.shape, o) * self.orthogonal(x, o)
        return p - o.lr * (u + o.weightDecay * p)


def momentum(o) -> optax.GradientTransformation:
    mean = optax.ema(o["momentum"], debias=False)

    def update(gradients, state, parameters=None):
        m, state = mean.update(gradients, state)
        if o["nesterov"]:
            m = jax.tree.map(lambda m, g: o["momentum"] * m + (1 - o["momentum"]) * g, m, gradients)
        return m, state

    return optax.GradientTransformation(mean.init, update)


def orthogonal(o) -> optax.GradientTransformation:
    def update(x):
        coefficients = jnp.array([o["a"], o["b"], o["c"]])
        return orthogonalize_via_newton_schulz(x, coefficients, o["steps"], eps=o["eps"])

    return optax.stateless(lambda updates, _: jax.tree.map(update, updates))


def by_optax(o):
    axes = {"w": MuonDimensionNumbers(*((1, 0) if o["outputsFirst"] else (0, 1))), "b": None}
    muon = optax.chain(
        momentum(o),
        orthogonal(o),
        scale_by_shape(lambda _: {**axes, "b": optax.MaskedNode()}, 0.2 if o["matchRms"] else None),
        optax.add_decayed_weights(o["weightDecay"]),
        optax.scale_by_learning_rate(o["lr"]),
    )
    rate = o["adamLrRatio"] * o["lr"]
    adam = optax.adamw(rate, o["beta1"], o["beta2"], o["adamEps"], weight_decay=o["weightDecay"])
    return optax.partition({"muon": muon, "adam": adam}, {"w": "muon", "b": "adam"})


def whole(o):
    """optax.contrib.muon itself, which without nesterov does the same."""
    return optax.contrib.muon(
        o["lr"],
        (o["a"], o["b"], o["c"]),
        o["steps"],
        o["momentum"],
        o["eps"],
        o["weightDecay"],
        nesterov=o["nesterov"],
        adam_b1=o["beta1"],
        adam_b2=o["beta2"],
        adam_weight_decay=o["weightDecay"],
        adam_learning_rate=o["adamLrRatio"] * o["lr"],
        consistent_rms=0.2 if o["matchRms"] else None,
    )


DEFAULTS = {
    "lr": 0.02, "momentum": 0.95, "nesterov": True, "weightDecay": 0, "steps": 5, "a": 3.4445,
    "b": -4.775, "c": 2.0315, "eps": 1e-7, "matchRms": False, "outputsFirst": False,
    "adamLrRatio": 0.015, "beta1": 0.9, "beta2": 0.95, "adamEps": 1e-10,
}  # fmt: skip
# There eps is that of both, and corrected momentum is larger beside it: at 0 neither shows.
PLAIN = {**DEFAULTS, "nesterov": False, "eps": 0, "adamEps": 0}
WHOLE = optax_source(whole, "optax.contrib.muon")

RECIPE = Recipe(
    source=optax_source(by_optax, "orthogonalize_via_newton_schulz and AdamW", link="muon"),
    check=transcription(Muon, link="muon"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("optax.contrib.muon, adamLrRatio 1", {**PLAIN, "adamLrRatio": 1, "lr": 1e-3}, source=WHOLE),
        Case(
            "optax.contrib.muon, matchRms, weightDecay 0.1",
            {**PLAIN, "matchRms": True, "weightDecay": 0.1},
            source=WHOLE,
        ),
        Case("outputsFirst, matchRms", {**DEFAULTS, "matchRms": True, "outputsFirst": True}),
        Case(
            "outputsFirst, weightDecay 0.1, momentum 0.5",
            {**DEFAULTS, "outputsFirst": True, "weightDecay": 0.1, "momentum": 0.5},
        ),
        Case(
            "momentum and betas 0, eps 1, 2 steps of other coefficients",
            {
                **DEFAULTS, "momentum": 0, "beta1": 0, "beta2": 0, "eps": 1, "adamEps": 0.1,
                "steps": 2, "a": 1.5, "b": -0.5, "c": 0,
            },  # fmt: skip
        ),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["muon", DEFAULTS]]),
    ],
)
