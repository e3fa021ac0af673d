"""Gradients divided by a constant: Optax, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by(scale):
    return ["unscale", {"scale": scale}]


RECIPE = Recipe(
    source=optax_chain(unscale=lambda o: optax.scale(1 / o["scale"])),
    check=numpy_chain(unscale=Link("g", "g = g / scale", lambda x, o: x.g * (1 / o["scale"]))),
    cases=[
        Case("defaults", chain=[by(1), ["adam", ADAM]]),
        Case("scale 1024", chain=[by(1024), ["sgd", MOMENTUM]]),
        Case("scale 3, before l2", chain=[by(3), ["l2", {"l2": 0.1}], ["sgd", MOMENTUM]]),
    ],
)
