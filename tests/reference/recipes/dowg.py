"""DoWG: Optax, and the paper's algorithm 1 in NumPy."""

from math import sqrt

import optax

from recipe import Case, Recipe, optax_source, transcription
from reductions import total


class Dowg:
    formula = (
        "DoWG over all tensors: r = max(r, sum((p - p0)^2)), at first initialSquaredDistance or eps; v += r sum(g^2); "
        "p -= lr r / (sqrt(v) + eps) g"
    )

    def __init__(self, options):
        self.o = options
        self.r, self.v = options["initialSquaredDistance"] or options["eps"], 0.0

    def state(self, parameters):
        self.p0 = parameters

    def step(self, parameters, gradients):
        self.r = max(self.r, total({n: (p - self.p0[n]) ** 2 for n, p in parameters.items()}))
        self.v += self.r * total({n: g * g for n, g in gradients.items()})
        rate = self.o["lr"] * self.r / (sqrt(self.v) + self.o["eps"])
        return {n: p - rate * gradients[n] for n, p in parameters.items()}


DEFAULTS = {"lr": 1, "eps": 1e-4, "initialSquaredDistance": 0}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.contrib.dowg(o["lr"], o["initialSquaredDistance"] or None, o["eps"]),
        "optax.contrib.dowg",
        link="dowg",
    ),
    check=transcription(Dowg, link="dowg"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("eps 0.1", {**DEFAULTS, "eps": 0.1}),
        Case("lr 0.3, eps 1e-8", {**DEFAULTS, "lr": 0.3, "eps": 1e-8}),
        Case("initialSquaredDistance 0.3", {**DEFAULTS, "initialSquaredDistance": 0.3}),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["dowg", {**DEFAULTS, "eps": 0.1}]]),
    ],
)
