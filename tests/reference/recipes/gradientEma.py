"""An average of gradients that replaces them: Optax' ema, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, numpy_chain, optax_chain
from recipe import Case, Recipe


def by_optax(o):
    return optax.ema(o["decay"], o["debias"])


def by_numpy(x, o):
    m = o["decay"] * x.kept.get("m", 0 * x.g) + (1 - o["decay"]) * x.g
    x.kept.update(m=m)
    return m / (1 - o["decay"] ** x.t) if o["debias"] else m


def mean(decay, debias=True):
    return ["gradientEma", {"decay": decay, "debias": debias}]


RECIPE = Recipe(
    source=optax_chain(gradientEma=by_optax),
    check=numpy_chain(gradientEma=Link("g", "g = m = decay m + (1 - decay) g", by_numpy)),
    cases=[
        Case("defaults", chain=[mean(0.9), ["adam", ADAM]]),
        Case("not corrected", chain=[mean(0.5, False), ["sgd", SGD]]),
        Case("decay 0", chain=[mean(0), ["sgd", MOMENTUM]]),
    ],
)
