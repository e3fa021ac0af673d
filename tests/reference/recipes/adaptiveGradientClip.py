"""Adaptive gradient clipping: Optax, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    matrix = optax.adaptive_grad_clip(o["clipping"], o["eps"], axis=1 if o["outputFirst"] else 0)
    vector = optax.adaptive_grad_clip(o["clipping"], o["eps"])
    return optax.partition({"w": matrix, "b": vector}, {"w": "w", "b": "b"})


def unit_norms(x, o):
    if x.ndim < 2:
        return np.linalg.norm(x)
    return np.linalg.norm(x, axis=1 if o["outputFirst"] else 0, keepdims=True)


def clip(x, o):
    largest = o["clipping"] * np.maximum(unit_norms(x.p, o), o["eps"])
    norms = unit_norms(x.g, o)
    factor = largest / np.maximum(norms, 1e-6)
    return np.where(norms < largest, x.g, x.g * factor.astype(x.g.dtype))


def clipped(clipping=0.01, eps=1e-3, first=False):
    return ["adaptiveGradientClip", {"clipping": clipping, "eps": eps, "outputFirst": first}]


RECIPE = Recipe(
    source=optax_chain(adaptiveGradientClip=by_optax),
    check=numpy_chain(
        adaptiveGradientClip=Link(
            "g", "g = g min(1, clipping max(norm(p), eps) / norm(g)) for each output", clip
        )
    ),
    cases=[
        Case("defaults", chain=[clipped(), ["sgd", SGD]]),
        Case("outputs first", chain=[clipped(first=True), ["sgd", SGD]]),
        Case("clips some", chain=[clipped(2), ["adam", ADAM]]),
        Case("clips some, outputs first", chain=[clipped(2, first=True), ["sgd", MOMENTUM]]),
        Case("large eps", chain=[clipped(0.5, 4), ["sgd", SGD]]),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], clipped(0.1), ["adam", ADAM]]),
    ],
)
