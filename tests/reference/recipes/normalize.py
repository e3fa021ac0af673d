"""Normalized gradients: Optax' normalize and normalize_by_update_norm, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    # normalize turns zeros into NaN, so another link comes before it.
    alone = o["eps"] == 0 and o["scaleFactor"] == 1
    return (
        optax.contrib.normalize()
        if alone
        else optax.normalize_by_update_norm(o["scaleFactor"], o["eps"])
    )


def by_numpy(x, o):
    total = norm(np.concatenate([each.g.reshape(-1) for each in x.all])) + o["eps"]
    return x.g * (o["scaleFactor"] / total)


def normalize(factor, eps):
    return ["normalize", {"scaleFactor": factor, "eps": eps}]


L2 = ["l2", {"l2": 0.1}]

RECIPE = Recipe(
    source=optax_chain(normalize=by_optax),
    check=numpy_chain(normalize=Link("g", "g = g scaleFactor / (globalNorm(g) + eps)", by_numpy)),
    cases=[
        Case("defaults, behind l2", chain=[L2, normalize(1, 0), ["sgd", SGD]]),
        Case("eps as Optax' other", chain=[normalize(1, 1e-6), ["adam", ADAM]]),
        Case("a large eps, and a factor", chain=[normalize(3, 0.5), ["sgd", MOMENTUM]]),
    ],
)
