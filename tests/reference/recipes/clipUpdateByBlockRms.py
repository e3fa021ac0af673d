"""Clipping the direction by each tensor's root mean square: Optax, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_rms(x, o):
    rms = norm(x.u) / np.sqrt(x.u.size)
    return x.u * (o["maxRms"] / max(rms, o["maxRms"]))


CLIP = Link("u", "u = u maxRms / max(rms(u), maxRms)", by_rms)


def clip(value):
    return ["clipUpdateByBlockRms", {"maxRms": value}]


RECIPE = Recipe(
    source=optax_chain(clipUpdateByBlockRms=lambda o: optax.clip_by_block_rms(o["maxRms"])),
    check=numpy_chain(clipUpdateByBlockRms=CLIP),
    cases=[
        Case("clips at some steps", chain=[["adam", ADAM], clip(0.6)]),
        Case("clips at every step", chain=[["sgd", {**SGD, "lr": 10}], clip(1e-3)]),
        Case("never clips", chain=[["adam", ADAM], clip(1000)]),
        Case("momentum", chain=[["sgd", MOMENTUM], clip(2)]),
    ],
)
