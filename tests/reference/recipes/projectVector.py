"""Projection with a normal of ones: Optax, on each tensor unless `global`; and in NumPy."""

import jax
import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, o):
    def project(tree):
        ones = jax.tree.map(jax.numpy.ones_like, tree)
        return projections.projection_vector(tree, ones)

    return project(p) if o["global"] else {name: project(value) for name, value in p.items()}


def by_numpy(x, o):
    all_of = [other.p for other in x.all] if o["global"] else [x.p]
    inner = sum(float(np.sum(p.astype(np.float64))) for p in all_of)
    size = sum(p.size for p in all_of)
    return np.full_like(x.p, inner / size)


def projected(everything=False):
    return ["projectVector", {"global": everything}]


RECIPE = Recipe(
    source=optax_chain({"projectVector": Projection("projection_vector", by_optax)}),
    check=numpy_chain(projectVector=Link("p", "p = sum(p) / size", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], projected()]),
        Case("momentum", chain=[["sgd", MOMENTUM], projected()]),
        Case("together", chain=[["sgd", SGD], projected(True)]),
    ],
)
