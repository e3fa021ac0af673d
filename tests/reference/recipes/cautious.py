"""Cautious directions: the authors' C-AdamW in NumPy; no other library has it as a separate part."""

import numpy as np

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain
from recipe import Case, Recipe
from recipes.weightDecay import WEIGHT_DECAY


def cautious(x, o):
    mask = (x.u * x.g > 0).astype(x.g.dtype)
    return x.u * (mask / max(np.mean(mask), o["minShare"]))


CAUTIOUS = Link("u", "mask = u g > 0; u = u mask / max(mean(mask), minShare)", cautious)
DEFAULTS = ["cautious", {"minShare": 1e-3}]

RECIPE = Recipe(
    source=numpy_chain(cautious=CAUTIOUS, weightDecay=WEIGHT_DECAY),
    cases=[
        Case("C-AdamW", chain=[["adam", ADAM], DEFAULTS, ["weightDecay", {"weightDecay": 0.01}]]),
        Case("momentum", chain=[["sgd", MOMENTUM], DEFAULTS]),
        Case("minShare 1 does not scale", chain=[["adam", ADAM], ["cautious", {"minShare": 1}]]),
        Case("minShare 0.7", chain=[["sgd", MOMENTUM], ["cautious", {"minShare": 0.7}]]),
        Case(
            "without momentum, behind l2",
            chain=[["l2", {"l2": 0.1}], ["sgd", SGD], DEFAULTS],
        ),
    ],
)
