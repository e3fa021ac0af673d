"""An average of directions that replaces them: Optax' ema, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.ema(o["decay"], o["debias"])


def by_numpy(x, o):
    m = o["decay"] * x.kept.get("m", 0 * x.u) + (1 - o["decay"]) * x.u
    x.kept.update(m=m)
    return m / (1 - o["decay"] ** x.t) if o["debias"] else m


def mean(decay, debias=True):
    return ["updateEma", {"decay": decay, "debias": debias}]


RECIPE = Recipe(
    source=optax_chain(updateEma=by_optax),
    check=numpy_chain(updateEma=Link("u", "u = m = decay m + (1 - decay) u", by_numpy)),
    cases=[
        Case("defaults", chain=[["adam", ADAM], mean(0.9)]),
        Case("not corrected", chain=[["sgd", SGD], mean(0.5, False)]),
        Case("decay 0", chain=[["sgd", MOMENTUM], mean(0)]),
    ],
)
