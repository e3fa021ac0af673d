"""Projection with a normal of ones: Optax, on each tensor unless `global`; and in NumPy."""

import jax
import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, o):
    def project(tree):
        ones = jax.tree.map(jax.numpy.ones_like, tree)
        return projections.projection_halfspace(tree, ones, o["offset"])

    return project(p) if o["global"] else {name: project(value) for name, value in p.items()}


def by_numpy(x, o):
    all_of = [other.p for other in x.all] if o["global"] else [x.p]
    inner = sum(float(np.sum(p.astype(np.float64))) for p in all_of)
    size = sum(p.size for p in all_of)
    return x.p + np.asarray(min((o["offset"] - inner) / size, 0), x.p.dtype)


def projected(offset, everything=False):
    return ["projectHalfspace", {"offset": offset, "global": everything}]


RECIPE = Recipe(
    source=optax_chain({"projectHalfspace": Projection("projection_halfspace", by_optax)}),
    check=numpy_chain(projectHalfspace=Link("p", "p = p + min((offset - sum(p)) / size, 0)", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], projected(0)]),
        Case("some are within", chain=[["sgd", MOMENTUM], projected(3)]),
        Case("together", chain=[["sgd", SGD], projected(-2, True)]),
    ],
)
