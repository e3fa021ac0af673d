"""Clipping by global norm: PyTorch, and in NumPy; Optax' factor has no 1e-6."""

import numpy as np

from chains import Link, norm, numpy_chain
from recipe import Case, Recipe, torch_chain
from recipes import adamw, sgd

ADAMW = adamw.DEFAULTS
SGD = {**sgd.DEFAULTS, "lr": 0.1}
MOMENTUM = {**sgd.DEFAULTS, "lr": 0.01, "momentum": 0.9}


def clip(x, o):
    total = norm(np.concatenate([each.g.reshape(-1) for each in x.all]), o["order"])
    return x.g * min(1.0, float(o["maxNorm"] / (total + o["eps"])))


CLIP_BY_GLOBAL_NORM = Link("g", "g = g min(1, maxNorm / (globalNorm(g) + eps))", clip)


def global_norm(max_norm: float, order: float | str = 2) -> list:
    return ["clipByGlobalNorm", {"maxNorm": max_norm, "order": order, "eps": 1e-6}]


RECIPE = Recipe(
    source=torch_chain(adamw=adamw.by_torch, sgd=sgd.by_torch),
    check=numpy_chain(clipByGlobalNorm=CLIP_BY_GLOBAL_NORM),
    cases=[
        Case("clips at some steps", chain=[global_norm(9), ["adamw", ADAMW]], clipped="some"),
        Case("clips at every step", chain=[global_norm(0.1), ["adamw", ADAMW]], clipped="all"),
        Case("never clips", chain=[global_norm(1000), ["adamw", ADAMW]], clipped="none"),
        Case("sgd", chain=[global_norm(9), ["sgd", SGD]], clipped="some"),
        Case(
            "clips before l2",
            chain=[global_norm(1), ["l2", {"l2": 0.1}], ["sgd", MOMENTUM]],
            clipped="some",
        ),
        Case("order 1", chain=[global_norm(25, 1), ["adamw", ADAMW]], clipped="some"),
        Case(
            "order Infinity", chain=[global_norm(3, "Infinity"), ["sgd", SGD]], clipped="some"
        ),
        Case("order 3", chain=[global_norm(5, 3), ["sgd", SGD]], clipped="some"),
        Case("order 0.5", chain=[global_norm(160, 0.5), ["adamw", ADAMW]], clipped="some"),
    ],
)
