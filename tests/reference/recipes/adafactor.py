"""Adafactor: PyTorch, and the paper's algorithms in NumPy (Optax has 1 - t^-0.8 in float32)."""

from math import sqrt

import numpy as np
import torch

from recipe import Case, PerTensor, Recipe, torch_source, transcription


def rms(x: np.ndarray) -> float:
    return sqrt(float(np.mean(np.square(x, dtype=np.float64))))


class Adafactor(PerTensor):
    formula = (
        "Adafactor, b = 1 - t^beta2Decay: R, C = decaying means (b) of row and column means of g^2; "
        "u = g / max(sqrt(R C / max(mean(R), eps1)), eps1), of vectors g / max(sqrt(V), eps1); "
        "u /= max(1, rms(u) / d); a = min(lr, 1 / sqrt(t)) or lr, times max(eps2, rms(p)) or 1; "
        "m = beta1 m + (1 - beta1) a u; p -= lr weightDecay p + m"
    )
    start = {"v": 0, "m": 0}

    def second_moment(self, g, s, b, eps1):
        s.v = b * s.v + (1 - b) * g * g
        if g.ndim < 2:
            return s.v
        # Means of means of squares are means of the mean of squares.
        rows, columns = s.v.mean(axis=1, keepdims=True), s.v.mean(axis=0, keepdims=True)
        return rows * columns / max(rows.mean(), eps1)

    def update(self, p, g, s, t, o):
        v = self.second_moment(g, s, 1 - t**o.beta2Decay, o.eps1)
        u = g / np.maximum(np.sqrt(v), o.eps1)
        u = u / max(1, rms(u) / o.d)
        rate = min(o.lr, 1 / sqrt(t)) if o.relativeStep else o.lr
        if o.scaleParameter:
            rate *= max(o.eps2, rms(p))
        s.m = o.beta1 * s.m + (1 - o.beta1) * rate * u
        return p - o.lr * o.weightDecay * p - s.m


def torch_adafactor(o):
    return torch.optim.Adafactor, {
        "lr": o["lr"],
        "beta2_decay": o["beta2Decay"],
        "eps": (o["eps1"], o["eps2"]),
        "d": o["d"],
        "weight_decay": o["weightDecay"],
    }


DEFAULTS = {
    "lr": 1e-2, "beta1": 0, "beta2Decay": -0.8, "eps1": 1e-30, "eps2": 1e-3, "d": 1,
    "weightDecay": 0, "relativeStep": True, "scaleParameter": True,
}  # fmt: skip
FREE = {**DEFAULTS, "relativeStep": False}
PLAIN = {**FREE, "scaleParameter": False, "lr": 1e-3}
TRANSCRIBED = transcription(Adafactor, link="adafactor")
ALONE = {"source": TRANSCRIBED, "unchecked": "PyTorch has neither the switches nor beta1"}

RECIPE = Recipe(
    source=torch_source(torch_adafactor, link="adafactor"),
    check=TRANSCRIBED,
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.5, weightDecay 0.1", {**DEFAULTS, "lr": 0.5, "weightDecay": 0.1}),
        Case("beta2Decay -0.3, eps2 2, d 1.5", {**DEFAULTS, "beta2Decay": -0.3, "eps2": 2, "d": 1.5}),
        Case("eps1 0.5", {**DEFAULTS, "eps1": 0.5}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["adafactor", DEFAULTS]]),
        Case("steps of one size", FREE, **ALONE),
        Case(
            "steps of one size for all, beta1 0.9, weightDecay 0.1",
            {**PLAIN, "beta1": 0.9, "weightDecay": 0.1},
            **ALONE,
        ),
        Case("shrinking steps, beta1 0.5", {**DEFAULTS, "beta1": 0.5, "lr": 0.5}, **ALONE),
    ],
)
