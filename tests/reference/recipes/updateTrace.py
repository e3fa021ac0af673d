"""Momentum after another rule: Optax' trace, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.trace(o["decay"], o["nesterov"])


def by_numpy(x, o):
    total = x.u + o["decay"] * x.kept.get("total", 0 * x.u)
    x.kept.update(total=total)
    return x.u + o["decay"] * total if o["nesterov"] else total


def trace(decay, nesterov=False):
    return ["updateTrace", {"decay": decay, "nesterov": nesterov}]


RECIPE = Recipe(
    source=optax_chain(updateTrace=by_optax),
    check=numpy_chain(updateTrace=Link("u", "u = total = u + decay total", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", ADAM], trace(0.9)]),
        Case("Nesterov", chain=[["sgd", SGD], trace(0.5, True)]),
        Case("decay 0", chain=[["sgd", MOMENTUM], trace(0)]),
    ],
)
