"""DoG: Optax, and the paper's equations in NumPy."""

from math import sqrt

import optax

from recipe import Case, Recipe, optax_source, transcription
from reductions import total


class Dog:
    formula = (
        "DoG over all tensors: r = max(r, norm(p - p0)), at first initialDistance or "
        "repsRel (1 + norm(p)), with initialRate 0; G += sum(g^2); "
        "p -= lr r / sqrt(G + eps) g, at first lr initialRate g where it is not 0"
    )

    def __init__(self, options):
        self.o = options
        self.G = 0.0

    def state(self, parameters):
        self.p0 = parameters
        norm = sqrt(total({n: p * p for n, p in parameters.items()}))
        self.r = self.o["initialDistance"] or self.o["repsRel"] * (1 + norm)
        self.first = self.o["initialRate"]
        self.r = 0 if self.first else self.r

    def step(self, parameters, gradients):
        gone = sqrt(total({n: (p - self.p0[n]) ** 2 for n, p in parameters.items()}))
        self.r = max(self.r, gone)
        self.G += total({n: g * g for n, g in gradients.items()})
        rate = self.o["lr"] * (self.first or self.r / sqrt(self.G + self.o["eps"]))
        self.first = 0
        return {n: p - rate * gradients[n] for n, p in parameters.items()}


DEFAULTS = {"lr": 1, "repsRel": 1e-6, "initialDistance": 0, "initialRate": 0, "eps": 1e-8}
FAR = {**DEFAULTS, "lr": 0.5, "repsRel": 0.1, "eps": 1}


def init_step(o) -> tuple[str, float]:
    if o["initialRate"]:
        return "learning_rate", o["initialRate"]
    return ("distance", o["initialDistance"]) if o["initialDistance"] else ("heuristic", o["repsRel"])


RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.contrib.dog(o["lr"], init_step(o), o["eps"]),
        "optax.contrib.dog",
        link="dog",
    ),
    check=transcription(Dog, link="dog"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("repsRel 1e-2", {**DEFAULTS, "repsRel": 1e-2}),
        Case("lr 0.5, repsRel 0.1, eps 1", FAR),
        Case("initialDistance 0.3", {**DEFAULTS, "initialDistance": 0.3}),
        Case("initialRate 0.01, lr 0.5", {**FAR, "initialRate": 0.01}),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["dog", FAR]]),
    ],
)
