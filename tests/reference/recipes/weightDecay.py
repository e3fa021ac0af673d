"""Decoupled weight decay after an optimizer: Optax' add_decayed_weights, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe

WEIGHT_DECAY = Link("u", "u = u + weightDecay p", lambda x, o: x.u + o["weightDecay"] * x.p)


def by_optax(o):
    return optax.add_decayed_weights(o["weightDecay"])


def decay(value):
    return ["weightDecay", {"weightDecay": value}]


RECIPE = Recipe(
    source=optax_chain(weightDecay=by_optax),
    check=numpy_chain(weightDecay=WEIGHT_DECAY),
    cases=[
        Case("defaults", chain=[["adam", ADAM], decay(0.01)]),
        Case("weightDecay 0", chain=[["adam", ADAM], decay(0)]),
        Case("strong", chain=[["adam", {**ADAM, "lr": 0.1}], decay(2)]),
        Case("momentum", chain=[["sgd", MOMENTUM], decay(0.3)]),
        Case("with l2", chain=[["l2", {"l2": 0.1}], ["sgd", SGD], decay(0.1)]),
    ],
)
