"""Projection onto the l1 ball: in NumPy by bisection; and Optax, on each tensor separately.

Optax comes second, because in float32 it needs JAX without 64 bits.
"""

import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe
from recipes.projectSimplex import nearest


def by_optax(p, o):
    return {n: projections.projection_l1_ball(value, o["radius"]) for n, value in p.items()}


def by_numpy(x, o):
    size = np.abs(x.p)
    return x.p if size.sum() <= o["radius"] else np.sign(x.p) * nearest(size, o["radius"])


def ball(radius):
    return ["projectL1Ball", {"radius": radius}]


RECIPE = Recipe(
    source=numpy_chain(
        projectL1Ball=Link("p", "p = sign(p) max(|p| - threshold, 0), of norm radius", by_numpy)
    ),
    check=optax_chain({"projectL1Ball": Projection("projection_l1_ball", by_optax)}),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], ball(1)]),
        Case("radius 8", chain=[["sgd", MOMENTUM], ball(8)]),
        Case("radius 100", chain=[["sgd", SGD], ball(100)]),
    ],
)
