"""Projection onto a box: Optax, and in NumPy."""

import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, o):
    return {n: projections.projection_box(value, o["lower"], o["upper"]) for n, value in p.items()}


def box(lower, upper):
    return ["projectBox", {"lower": lower, "upper": upper}]


RECIPE = Recipe(
    source=optax_chain({"projectBox": Projection("projection_box", by_optax)}),
    check=numpy_chain(
        projectBox=Link(
            "p",
            "p = min(max(p, lower), upper)",
            lambda x, o: np.clip(x.p, o["lower"], o["upper"]),
        )
    ),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], box(0, 1)]),
        Case("around zero", chain=[["sgd", MOMENTUM], box(-1.25, 0.75)]),
        Case("away from zero", chain=[["sgd", SGD], box(0.5, 2)]),
        Case("a point", chain=[["sgd", SGD], box(0.5, 0.5)]),
    ],
)
