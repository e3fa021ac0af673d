"""Projection onto the l1 sphere: Optax, tensor by tensor; and in NumPy."""

import numpy as np
from optax import projections

from chains import ADAM, SGD, Link, Projection, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(p, o):
    return {n: projections.projection_l1_sphere(a, o["radius"]) for n, a in p.items()}


def by_numpy(x, o):
    sizes = np.abs(x.p).astype(np.float64)
    order = np.sort(sizes.reshape(-1))[::-1]
    over = (np.cumsum(order) - o["radius"]) / np.arange(1, order.size + 1)
    threshold = over[np.nonzero(order > over)[0][-1]]
    return (np.sign(x.p) * np.maximum(sizes - threshold, 0)).astype(x.p.dtype)


def sphere(radius):
    return ["projectL1Sphere", {"radius": radius}]


RECIPE = Recipe(
    source=numpy_chain(projectL1Sphere=Link("p", "p = the nearest of that sum", by_numpy)),
    check=optax_chain({"projectL1Sphere": Projection("projection_l1_sphere", by_optax)}),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], sphere(1)]),
        Case("outwards", chain=[["sgd", SGD], sphere(40)]),
        Case("inwards", chain=[["sgd", {**SGD, "lr": 0.01}], sphere(14)]),
    ],
)
