"""Shampoo: the paper's algorithm 1 with LAPACK's eigenvectors, and AdaGrad for vectors."""

import numpy as np

from recipe import Case, PerTensor, Recipe, transcription


def inverse_fourth_root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix.astype(np.float64))
    return (vectors * np.maximum(values, 0) ** -0.25) @ vectors.T


class Shampoo(PerTensor):
    formula = (
        "L += g g^T, R += g^T g, from eps I; u = L^(-1/4) g R^(-1/4), roots at steps 1, 1 + frequency, ...; "
        "of vectors v += g^2 from eps, u = g / sqrt(v); m = momentum m + (1 - momentum) u; p -= lr m"
    )

    def update(self, p, g, s, t, o):
        if t == 1:
            s.m = np.zeros_like(p)
            sides = (p.shape[0], p.shape[-1]) if p.ndim == 2 else ()
            s.sums = [(o.eps * np.eye(n)).astype(p.dtype) for n in sides]
            s.v = np.full_like(p, o.eps)
        if p.ndim == 2:
            s.sums = [s.sums[0] + g @ g.T, s.sums[1] + g.T @ g]
            if (t - 1) % o.frequency == 0:
                s.roots = [inverse_fourth_root(each).astype(p.dtype) for each in s.sums]
            u = s.roots[0] @ g @ s.roots[1]
        else:
            s.v = s.v + g * g
            u = g / np.sqrt(s.v)
        s.m = o.momentum * s.m + (1 - o.momentum) * u
        return p - o.lr * s.m


DEFAULTS = {"lr": 0.1, "momentum": 0, "eps": 1e-4, "frequency": 1}

RECIPE = Recipe(
    source=transcription(Shampoo, link="shampoo"),
    # Roots of sums whose eigenvalues span ten orders of magnitude.
    tolerance=1e-8,
    cases=[
        Case("defaults", DEFAULTS),
        Case("frequency 4", {**DEFAULTS, "frequency": 4}),
        Case("eps 1, momentum 0.9", {**DEFAULTS, "eps": 1, "momentum": 0.9, "lr": 1}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["shampoo", DEFAULTS]]),
    ],
)
