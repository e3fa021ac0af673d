"""Clipping the direction by value: Optax' clip before the learning rate, and in NumPy."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe

CLIP = Link(
    "u", "u = u within [-maxValue, maxValue]", lambda x, o: np.clip(x.u, -o["maxValue"], o["maxValue"])
)


def clip(value):
    return ["clipUpdateByValue", {"maxValue": value}]


RECIPE = Recipe(
    source=optax_chain(clipUpdateByValue=lambda o: optax.clip(o["maxValue"])),
    check=numpy_chain(clipUpdateByValue=CLIP),
    cases=[
        Case("clips some elements", chain=[["adam", ADAM], clip(0.8)]),
        Case("clips most elements", chain=[["sgd", {**SGD, "lr": 10}], clip(1e-3)]),
        Case("never clips", chain=[["adam", ADAM], clip(1000)]),
        Case("momentum", chain=[["sgd", MOMENTUM], clip(1)]),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["adam", ADAM], clip(0.5)]),
    ],
)
