"""Projection onto the l-infinity ball: Optax, and in NumPy."""

import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, o):
    return projections.projection_linf_ball(p, o["radius"])


def ball(radius):
    return ["projectLinfBall", {"radius": radius}]


RECIPE = Recipe(
    source=optax_chain({"projectLinfBall": Projection("projection_linf_ball", by_optax)}),
    check=numpy_chain(
        projectLinfBall=Link(
            "p",
            "p = min(max(p, -radius), radius)",
            lambda x, o: np.clip(x.p, -o["radius"], o["radius"]),
        )
    ),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], ball(1)]),
        Case("radius 0.01", chain=[["sgd", MOMENTUM], ball(0.01)]),
        Case("radius 100", chain=[["sgd", SGD], ball(100)]),
    ],
)
