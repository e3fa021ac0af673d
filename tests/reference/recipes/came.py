"""CAME: the authors' code transcribed."""

from math import sqrt

import numpy as np

from recipe import Case, PerTensor, Recipe, transcription


def rms(x: np.ndarray) -> float:
    return sqrt(float(np.mean(np.square(x, dtype=np.float64))))


def factored_root(mean: np.ndarray) -> np.ndarray:
    """The square root of the matrix that row and column means approximate."""
    rows, columns = mean.mean(1, keepdims=True), mean.mean(0, keepdims=True)
    return np.sqrt(rows / rows.mean()) * np.sqrt(columns)


class Came(PerTensor):
    formula = (
        "CAME: V = beta2 V + (1 - beta2) (g^2 + eps1), of a matrix by its row and column means; "
        "u = g / sqrt(V); u /= max(1, rms(u) / d); m = beta1 m + (1 - beta1) u; "
        "U = beta3 U + (1 - beta3) ((u - m)^2 + eps2), likewise; "
        "p -= lr (m / sqrt(U) + weightDecay p), of vectors without U"
    )
    start = {"m": 0, "squares": 0, "departures": 0}

    def update(self, p, g, s, t, o):
        matrix = p.ndim == 2
        s.squares = o.beta2 * s.squares + (1 - o.beta2) * (g * g + o.eps1)
        u = g / (factored_root(s.squares) if matrix else np.sqrt(s.squares))
        u = u / max(1, rms(u) / o.d)
        s.m = o.beta1 * s.m + (1 - o.beta1) * u
        s.departures = o.beta3 * s.departures + (1 - o.beta3) * ((u - s.m) ** 2 + o.eps2)
        direction = s.m / factored_root(s.departures) if matrix else s.m
        return p - o.lr * (direction + o.weightDecay * p)


DEFAULTS = {
    "lr": 2e-4, "beta1": 0.9, "beta2": 0.999, "beta3": 0.9999, "eps1": 1e-30, "eps2": 1e-16, "d": 1,
    "weightDecay": 0,
}  # fmt: skip

RECIPE = Recipe(
    source=transcription(Came, link="came"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("weightDecay 0.1, d 2", {**DEFAULTS, "weightDecay": 0.1, "d": 2, "lr": 1e-3}),
        Case(
            "betas 0.5, 0.9 and 0.99, eps 0.1 and 0.5",
            {**DEFAULTS, "beta1": 0.5, "beta2": 0.9, "beta3": 0.99, "eps1": 0.1, "eps2": 0.5},
        ),
        Case("beta2 and beta3 0, eps2 0.1", {**DEFAULTS, "beta2": 0, "beta3": 0, "eps1": 1, "eps2": 0.1}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["came", DEFAULTS]]),
    ],
)
