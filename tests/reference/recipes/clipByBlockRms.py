"""Clipping by the root mean square of each tensor: Optax, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.clip_by_block_rms(o["maxRms"])


def clip_by_block_rms(x, o):
    rms = norm(x.g) / np.sqrt(x.g.size)
    return x.g * (o["maxRms"] / max(rms, o["maxRms"]))


CLIP = Link("g", "g = g maxRms / max(rms(g), maxRms)", clip_by_block_rms)


def clip(value):
    return ["clipByBlockRms", {"maxRms": value}]


RECIPE = Recipe(
    source=optax_chain(clipByBlockRms=by_optax),
    check=numpy_chain(clipByBlockRms=CLIP),
    cases=[
        Case("defaults", chain=[clip(1), ["adam", ADAM]]),
        Case("clips every step", chain=[clip(1e-3), ["sgd", {**SGD, "lr": 10}]]),
        Case("never clips", chain=[clip(1000), ["adam", ADAM]]),
        Case("before l2", chain=[clip(2), ["l2", {"l2": 0.1}], ["sgd", MOMENTUM]]),
    ],
)
