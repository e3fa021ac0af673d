"""Clipping all directions by their norm: Optax' clip_by_global_norm, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_global_norm(x, o):
    total = norm(np.concatenate([each.u.reshape(-1) for each in x.all]), o["order"])
    return x.u * (o["maxNorm"] / max(total, o["maxNorm"]))


CLIP = Link("u", "u = u maxNorm / max(globalNorm(u), maxNorm)", by_global_norm)


def clip(value, order=2):
    return ["clipUpdateByGlobalNorm", {"maxNorm": value, "order": order}]


def of_order(label, chain):
    unchecked = "Optax has the Euclidean norm alone"
    source = numpy_chain(clipUpdateByGlobalNorm=CLIP)
    return Case(label, chain=chain, source=source, unchecked=unchecked)


RECIPE = Recipe(
    source=optax_chain(clipUpdateByGlobalNorm=lambda o: optax.clip_by_global_norm(o["maxNorm"])),
    check=numpy_chain(clipUpdateByGlobalNorm=CLIP),
    cases=[
        Case("clips at some steps", chain=[["adam", ADAM], clip(3)]),
        Case("clips at every step", chain=[["sgd", {**SGD, "lr": 10}], clip(1e-3)]),
        Case("never clips", chain=[["adam", ADAM], clip(1000)]),
        Case("momentum", chain=[["sgd", MOMENTUM], clip(9)]),
        of_order("order 1", [["adam", ADAM], clip(8, 1)]),
        of_order("order Infinity", [["sgd", MOMENTUM], clip(3, "Infinity")]),
        of_order("order 3", [["sgd", MOMENTUM], clip(5, 3)]),
    ],
)
