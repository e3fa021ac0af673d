"""Projection onto the simplex: in NumPy by bisection; and Optax, on each tensor separately.

Optax comes second, because in float32 it needs JAX without 64 bits.
"""

import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, o):
    return {n: projections.projection_simplex(value, o["total"]) for n, value in p.items()}


def nearest(values, total):
    """Finds the threshold by bisection, then computes its exact value from the elements above it."""
    low, high = values.min() - total, values.max()
    for _ in range(200):
        middle = (low + high) / 2
        if np.maximum(values - middle, 0).sum() > total:
            low = middle
        else:
            high = middle
    above = values[values > high]
    threshold = (above.sum() - total) / above.size
    return np.maximum(values - threshold, 0).astype(values.dtype)


SIMPLEX = Link(
    "p", "p = max(p - threshold, 0), so that sum(p) = total", lambda x, o: nearest(x.p, o["total"])
)


def simplex(total):
    return ["projectSimplex", {"total": total}]


RECIPE = Recipe(
    source=numpy_chain(projectSimplex=SIMPLEX),
    check=optax_chain({"projectSimplex": Projection("projection_simplex", by_optax)}),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], simplex(1)]),
        Case("total 20", chain=[["sgd", MOMENTUM], simplex(20)]),
        Case("total 0.01", chain=[["sgd", {**SGD, "lr": 1e-3}], simplex(0.01)]),
    ],
)
