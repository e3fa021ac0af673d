"""Projection onto the Euclidean sphere: Optax, on each tensor unless `global`; and in NumPy."""

import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, o):
    project = lambda tree: projections.projection_l2_sphere(tree, o["radius"])  # noqa: E731
    return project(p) if o["global"] else {name: project(value) for name, value in p.items()}


def by_numpy(x, o):
    together = np.sqrt(sum(norm(other.p) ** 2 for other in x.all))
    return x.p * (o["radius"] / (together if o["global"] else norm(x.p)))


def sphere(radius, everything=False):
    return ["projectL2Sphere", {"radius": radius, "global": everything}]


RECIPE = Recipe(
    source=optax_chain({"projectL2Sphere": Projection("projection_l2_sphere", by_optax)}),
    check=numpy_chain(projectL2Sphere=Link("p", "p = p radius / norm(p)", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], sphere(1)]),
        Case("outwards", chain=[["sgd", MOMENTUM], sphere(30)]),
        Case("together", chain=[["sgd", SGD], sphere(2, True)]),
    ],
)
