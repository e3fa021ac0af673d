"""A step of several directions: Optax' apply_every, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.apply_every(o["every"])


def by_numpy(x, o):
    total = x.kept.get("total", 0 * x.u) + x.u
    due = x.t % o["every"] == 0
    x.kept.update(total=0 * total if due else total)
    return total if due else 0 * total


def every(steps):
    return ["applyEvery", {"every": steps}]


RECIPE = Recipe(
    source=optax_chain(applyEvery=by_optax),
    check=numpy_chain(applyEvery=Link("u", "every so many steps the sum of u", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", ADAM], every(4)]),
        Case("every step", chain=[["sgd", MOMENTUM], every(1)]),
        Case("every third", chain=[["sgd", SGD], every(3)]),
    ],
)
