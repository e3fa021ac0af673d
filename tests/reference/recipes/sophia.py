"""Sophia without estimates: the paper's algorithm 3 in NumPy, and Optax. With estimates: wrappers.py."""

import jax
import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Sophia(PerTensor):
    formula = (
        "Sophia: m = beta1 m + (1 - beta1) g; p -= lr (clip(m / max(gamma h, eps), 1) + weightDecay p), "
        "h = 0; with biasCorrection m / (1 - beta1^t)"
    )
    start = {"m": 0, "h": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        m = s.m / (1 - o.beta1**t) if o.biasCorrection else s.m
        return p - o.lr * (np.clip(m / np.maximum(o.gamma * s.h, o.eps), -1, 1) + o.weightDecay * p)


def nothing():
    """Estimates that are all zero."""
    return optax.stateless(lambda gradients, _: jax.tree.map(lambda g: 0 * g, gradients))


def sophia(o):
    return optax.contrib.sophia(
        o["lr"], o["beta1"], eps=o["eps"], gamma=o["gamma"], weight_decay=o["weightDecay"],
        hessian_diagonal_fn=nothing(),
    )  # fmt: skip


DEFAULTS = {
    "lr": 1e-4, "beta1": 0.965, "gamma": 0.05, "eps": 1e-12, "weightDecay": 0.1,
    "biasCorrection": False,
}  # fmt: skip
LARGE = {**DEFAULTS, "lr": 0.1, "eps": 1}
CORRECTED = {**LARGE, "biasCorrection": True}
ALONE = "Optax always corrects the bias"

RECIPE = Recipe(
    source=transcription(Sophia, link="sophia"),
    check=optax_source(sophia, "optax.contrib.sophia", link="sophia"),
    cases=[
        Case("defaults", DEFAULTS, unchecked=ALONE),
        Case("eps 1, few are clipped", LARGE, unchecked=ALONE),
        Case("eps 1, corrected bias", CORRECTED),
        Case("corrected bias, no decay", {**DEFAULTS, "biasCorrection": True, "weightDecay": 0}),
        Case("beta1 0, eps 0.3, lr 0.5", {**CORRECTED, "beta1": 0, "eps": 0.3, "lr": 0.5}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 3}], ["sophia", CORRECTED]]),
    ],
)
