"""Projection onto non-negative values: Optax, and in NumPy."""

import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, _):
    return projections.projection_non_negative(p)


PROJECT = ["projectNonNegative", {}]

RECIPE = Recipe(
    source=optax_chain(
        {"projectNonNegative": Projection("projection_non_negative", by_optax)}
    ),
    check=numpy_chain(
        projectNonNegative=Link("p", "p = max(p, 0)", lambda x, _: np.maximum(x.p, 0))
    ),
    cases=[
        Case("adam", chain=[["adam", ADAM], PROJECT]),
        Case("momentum", chain=[["sgd", MOMENTUM], PROJECT]),
        Case("behind l2, large steps", chain=[["l2", {"l2": 0.1}], ["sgd", SGD], PROJECT]),
    ],
)
