"""Directions times the RMS of their parameter: Optax' scale_by_param_block_rms, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.scale_by_param_block_rms(o["minScale"])


def by_numpy(x, o):
    return x.u * max(norm(x.p) / np.sqrt(x.p.size), o["minScale"])


def scaled(least):
    return ["scaleByParameterRms", {"minScale": least}]


RECIPE = Recipe(
    source=optax_chain(scaleByParameterRms=by_optax),
    check=numpy_chain(scaleByParameterRms=Link("u", "u = u max(size of p, minScale)", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", ADAM], scaled(1e-3)]),
        Case("always the least", chain=[["sgd", SGD], scaled(20)]),
        Case("momentum", chain=[["sgd", {**MOMENTUM, "lr": 1e-3}], scaled(1.5)]),
        Case("from zero", chain=[["sgd", SGD], scaled(0.1)], zero=("b",)),
    ],
)
