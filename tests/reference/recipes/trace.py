"""Momentum before another rule: Optax' trace, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.trace(o["decay"], o["nesterov"])


def by_numpy(x, o):
    total = x.g + o["decay"] * x.kept.get("total", 0 * x.g)
    x.kept.update(total=total)
    return x.g + o["decay"] * total if o["nesterov"] else total


def trace(decay, nesterov=False):
    return ["trace", {"decay": decay, "nesterov": nesterov}]


RECIPE = Recipe(
    source=optax_chain(trace=by_optax),
    check=numpy_chain(trace=Link("g", "g = total = g + decay total", by_numpy)),
    cases=[
        Case("defaults", chain=[trace(0.9), ["adam", ADAM]]),
        Case("Nesterov", chain=[trace(0.5, True), ["sgd", SGD]]),
        Case("decay 0", chain=[trace(0), ["sgd", MOMENTUM]]),
    ],
)
