"""Normalized directions: Optax' normalize_by_update_norm, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.normalize_by_update_norm(o["scaleFactor"], o["eps"])


def by_numpy(x, o):
    total = norm(np.concatenate([each.u.reshape(-1) for each in x.all])) + o["eps"]
    return x.u * (o["scaleFactor"] / total)


LINK = Link("u", "u = u scaleFactor / (globalNorm(u) + eps)", by_numpy)


def normalize(factor, eps):
    return ["normalizeByUpdateNorm", {"scaleFactor": factor, "eps": eps}]


RECIPE = Recipe(
    source=optax_chain(normalizeByUpdateNorm=by_optax),
    check=numpy_chain(normalizeByUpdateNorm=LINK),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], normalize(1, 1e-6)]),
        Case("a large eps, and a factor", chain=[["sgd", MOMENTUM], normalize(3, 0.5)]),
        Case("sgd", chain=[["sgd", SGD], normalize(0.5, 1e-3)]),
    ],
)
