"""Clipping the direction by norm: Optax' clip_by_global_norm of each tensor, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe
from sources import per_tensor


def by_optax(o):
    return per_tensor(lambda: optax.clip_by_global_norm(o["maxNorm"]))


def by_norm(x, o):
    return x.u * (o["maxNorm"] / max(norm(x.u, o["order"]), o["maxNorm"]))


CLIP = Link("u", "u = u maxNorm / max(norm(u), maxNorm)", by_norm)


def clip(value, order=2):
    return ["clipUpdateByNorm", {"maxNorm": value, "order": order}]


ALONE = "Optax has the Euclidean norm alone"


RECIPE = Recipe(
    source=numpy_chain(clipUpdateByNorm=CLIP),
    check=optax_chain(clipUpdateByNorm=by_optax),
    cases=[
        Case("clips at some steps", chain=[["adam", ADAM], clip(2)]),
        Case("clips at every step", chain=[["sgd", {**SGD, "lr": 10}], clip(1e-3)]),
        Case("never clips", chain=[["adam", ADAM], clip(1000)]),
        Case("momentum", chain=[["sgd", MOMENTUM], clip(6)]),
        Case("order 1", chain=[["adam", ADAM], clip(4, 1)], unchecked=ALONE),
        Case("order Infinity", chain=[["sgd", MOMENTUM], clip(3, "Infinity")], unchecked=ALONE),
        Case("order 3", chain=[["sgd", MOMENTUM], clip(4, 3)], unchecked=ALONE),
    ],
)
