"""Directions times the norm of their parameter: Optax' scale_by_param_block_norm, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.scale_by_param_block_norm(o["minScale"])


def by_numpy(x, o):
    return x.u * max(norm(x.p), o["minScale"])


def scaled(least):
    return ["scaleByParameterNorm", {"minScale": least}]


RECIPE = Recipe(
    source=optax_chain(scaleByParameterNorm=by_optax),
    check=numpy_chain(scaleByParameterNorm=Link("u", "u = u max(size of p, minScale)", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", ADAM], scaled(1e-3)]),
        Case("always the least", chain=[["sgd", SGD], scaled(20)]),
        Case("momentum", chain=[["sgd", {**MOMENTUM, "lr": 1e-3}], scaled(1.5)]),
        Case("from zero", chain=[["sgd", SGD], scaled(0.1)], zero=("b",)),
    ],
)
