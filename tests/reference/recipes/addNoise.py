"""Noise without variance, which changes nothing; src/transforms/addNoise.test.ts measures the noise."""

import optax

from chains import ADAM, MOMENTUM, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.add_noise(o["eta"], o["gamma"], key=0)


def noise(gamma=0.55):
    return ["addNoise", {"eta": 0, "gamma": gamma}]


RECIPE = Recipe(
    source=optax_chain(addNoise=by_optax),
    check=numpy_chain(addNoise=Link("g", "g = g + 0", lambda x, _: x.g)),
    cases=[
        Case("eta 0", chain=[noise(), ["adam", ADAM]]),
        Case("eta 0, gamma 0", chain=[noise(0), ["sgd", MOMENTUM]]),
        Case("eta 0, before l2", chain=[noise(), ["l2", {"l2": 0.1}], ["sgd", MOMENTUM]]),
    ],
)
