"""Adam-mini: the paper's algorithm in NumPy, with a block for each output."""

import numpy as np

from recipe import Case, PerTensor, Recipe, transcription


class AdamMini(PerTensor):
    formula = (
        "AdamW whose v of a matrix is a decaying mean of the mean square of each column's gradients, "
        "or each row's with outputsFirst"
    )
    start = {"m": 0, "v": 0}

    def update(self, p, g, s, t, o):
        square = g * g
        if p.ndim == 2:
            square = np.broadcast_to(square.mean(int(o.outputsFirst), keepdims=True), g.shape)
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.v = o.beta2 * s.v + (1 - o.beta2) * square
        divisor = np.sqrt(s.v / (1 - o.beta2**t)) + o.eps
        return p - o.lr * (s.m / (1 - o.beta1**t) / divisor + o.weightDecay * p)


DEFAULTS = {
    "lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 0, "outputsFirst": False,
}  # fmt: skip

RECIPE = Recipe(
    source=transcription(AdamMini, link="adamMini"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("outputsFirst, weightDecay 0.1", {**DEFAULTS, "outputsFirst": True, "weightDecay": 0.1}),
        Case("betas 0, eps 0.5, lr 0.1", {**DEFAULTS, "beta1": 0, "beta2": 0, "eps": 0.5, "lr": 0.1}),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["adamMini", {**DEFAULTS, "beta2": 0.9}]]),
    ],
)
