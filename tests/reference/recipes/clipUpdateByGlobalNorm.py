"""Clipping all directions by their norm: Optax' clip_by_global_norm, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_global_norm(x, o):
    total = float(np.sqrt(sum(norm(each.u) ** 2 for each in x.all)))
    return x.u * (o["maxNorm"] / max(total, o["maxNorm"]))


CLIP = Link("u", "u = u maxNorm / max(globalNorm(u), maxNorm)", by_global_norm)


def clip(value):
    return ["clipUpdateByGlobalNorm", {"maxNorm": value}]


RECIPE = Recipe(
    source=optax_chain(clipUpdateByGlobalNorm=lambda o: optax.clip_by_global_norm(o["maxNorm"])),
    check=numpy_chain(clipUpdateByGlobalNorm=CLIP),
    cases=[
        Case("clips at some steps", chain=[["adam", ADAM], clip(3)]),
        Case("clips at every step", chain=[["sgd", {**SGD, "lr": 10}], clip(1e-3)]),
        Case("never clips", chain=[["adam", ADAM], clip(1000)]),
        Case("momentum", chain=[["sgd", MOMENTUM], clip(9)]),
    ],
)
