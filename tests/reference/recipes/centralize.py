"""Gradient centralization: Optax, where the first dimension is that of outputs, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    """Optax' own transformation, on transposed gradients if outputs come last."""
    own = optax.centralize()
    if o["outputFirst"]:
        return own
    turn = optax.stateless(lambda updates, _: {name: g.T for name, g in updates.items()})
    return optax.chain(turn, own, turn)


def centralize(x, o):
    if x.g.ndim < 2:
        return x.g
    return x.g - x.g.mean(axis=1 if o["outputFirst"] else 0, keepdims=True)


def centralized(first):
    return ["centralize", {"outputFirst": first}]


RECIPE = Recipe(
    source=optax_chain(centralize=by_optax),
    check=numpy_chain(
        centralize=Link("g", "g = g - mean over each output's inputs", centralize)
    ),
    cases=[
        Case("defaults", chain=[centralized(False), ["sgd", MOMENTUM]]),
        Case("outputs first", chain=[centralized(True), ["sgd", MOMENTUM]]),
        Case("adam", chain=[centralized(True), ["adam", ADAM]]),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], centralized(False), ["adam", ADAM]]),
    ],
)
