"""Gradients without NaN, which zero_nans does not change; src/transforms/zeroNans.test.ts has NaNs."""

import numpy as np
import optax

from chains import ADAM, MOMENTUM, Link, numpy_chain, optax_chain
from recipe import Case, Recipe

NUMPY = Link("g", "g = 0 where g is NaN", lambda x, _: np.where(np.isnan(x.g), 0 * x.p, x.g))
ZERO_NANS = ["zeroNans", {}]

RECIPE = Recipe(
    source=optax_chain(zeroNans=lambda o: optax.zero_nans()),
    check=numpy_chain(zeroNans=NUMPY),
    cases=[
        Case("adam", chain=[ZERO_NANS, ["adam", ADAM]]),
        Case("momentum", chain=[ZERO_NANS, ["sgd", MOMENTUM]]),
        Case("before l2", chain=[ZERO_NANS, ["l2", {"l2": 0.1}], ["sgd", MOMENTUM]]),
    ],
)
