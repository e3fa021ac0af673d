"""LARS: the paper's algorithm 1, and Optax if l2 is not the optimizer's own."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Lars(PerTensor):
    formula = (
        "ratio = trustCoefficient norm(p) / (norm(g) + l2 norm(p) + eps), 1 where a norm is 0; "
        "b = momentum b + lr ratio (g + l2 p); p -= b, "
        "with nesterov p -= momentum b + lr ratio (g + l2 p)"
    )
    start = {"b": 0}

    def update(self, p, g, s, t, o):
        norm = np.linalg.norm(p)
        divisor = np.linalg.norm(g) + o.l2 * norm
        some = norm > 0 and divisor > 0
        ratio = o.trustCoefficient * norm / (divisor + o.eps) if some else 1
        scaled = o.lr * ratio * (g + o.l2 * p)
        s.b = o.momentum * s.b + scaled
        return p - (o.momentum * s.b + scaled if o.nesterov else s.b)


def by_optax(o: dict) -> optax.GradientTransformation:
    return optax.lars(
        o["lr"],
        trust_coefficient=o["trustCoefficient"],
        eps=o["eps"],
        momentum=o["momentum"],
        nesterov=o["nesterov"],
    )


DEFAULTS = {
    "lr": 1,
    "momentum": 0.9,
    "nesterov": False,
    "trustCoefficient": 1e-3,
    "l2": 5e-4,
    "eps": 0,
}
PLAIN = {**DEFAULTS, "l2": 0}
SUMMED = "Optax divides by norm(g + l2 p)"

RECIPE = Recipe(
    source=transcription(Lars, link="lars"),
    check=optax_source(by_optax, link="lars"),
    cases=[
        Case("defaults", DEFAULTS, unchecked=SUMMED),
        Case("l2 0", PLAIN),
        Case("nesterov", {**PLAIN, "nesterov": True}),
        Case("nesterov, l2 0.1, lr 10", {**DEFAULTS, "nesterov": True, "l2": 0.1, "lr": 10}, unchecked=SUMMED),
        Case("momentum 0", {**PLAIN, "momentum": 0}),
        Case("trustCoefficient 0.1, eps 1", {**PLAIN, "trustCoefficient": 0.1, "eps": 1}),
        Case("b starts at zero", PLAIN, zero=("b",)),
        Case("as Optax: behind l2", chain=[["l2", {"l2": 0.1}], ["lars", PLAIN]]),
    ],
)
