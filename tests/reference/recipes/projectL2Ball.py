"""Projection onto the Euclidean ball: Optax, on each tensor unless `global`; and in NumPy."""

import numpy as np
from optax import projections

from chains import ADAM, MOMENTUM, SGD, Link, Projection, norm, numpy_chain, optax_chain
from recipe import Case, Recipe
from recipes import clipByBlockRms, trustRatio, weightDecay


def by_optax(p, o):
    project = lambda tree: projections.projection_l2_ball(tree, o["radius"])  # noqa: E731
    return project(p) if o["global"] else {name: project(value) for name, value in p.items()}


def by_numpy(x, o):
    together = np.sqrt(sum(norm(other.p) ** 2 for other in x.all))
    return x.p * (o["radius"] / max(together if o["global"] else norm(x.p), o["radius"]))


def ball(radius, everything=False):
    return ["projectL2Ball", {"radius": radius, "global": everything}]


RECIPE = Recipe(
    source=optax_chain(
        {"projectL2Ball": Projection("projection_l2_ball", by_optax)},
        clipByBlockRms=clipByBlockRms.by_optax,
        trustRatio=trustRatio.by_optax,
        weightDecay=weightDecay.by_optax,
    ),
    check=numpy_chain(
        projectL2Ball=Link("p", "p = p radius / max(norm(p), radius)", by_numpy),
        clipByBlockRms=clipByBlockRms.CLIP,
        trustRatio=trustRatio.TRUST_RATIO,
        weightDecay=weightDecay.WEIGHT_DECAY,
    ),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], ball(1)]),
        Case("radius 3.5", chain=[["sgd", MOMENTUM], ball(3.5)]),
        Case("radius 100", chain=[["sgd", SGD], ball(100)]),
        Case("global", chain=[["adam", {**ADAM, "lr": 0.1}], ball(4, True)]),
        Case("global, small", chain=[["sgd", MOMENTUM], ball(0.25, True)]),
        Case(
            "at the end of a long chain",
            chain=[
                clipByBlockRms.clip(2),
                ["l2", {"l2": 0.1}],
                ["adam", {**ADAM, "lr": 0.1}],
                weightDecay.decay(0.3),
                trustRatio.ratio(trustCoefficient=0.5),
                ball(3),
            ],
        ),
    ],
)
