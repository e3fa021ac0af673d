"""Trust ratios: Optax' scale_by_trust_ratio, and in NumPy."""

import optax

from chains import ADAM, MOMENTUM, SGD, Link, norm, numpy_chain, optax_chain
from recipe import Case, Recipe
from recipes.weightDecay import WEIGHT_DECAY
from recipes.weightDecay import by_optax as decay_by_optax


def by_optax(o):
    return optax.scale_by_trust_ratio(o["minNorm"], o["trustCoefficient"], o["eps"])


def trust_ratio(x, o):
    p, u = max(norm(x.p), o["minNorm"]), max(norm(x.u), o["minNorm"])
    return x.u * (1.0 if p == 0 or u == 0 else o["trustCoefficient"] * p / (u + o["eps"]))


TRUST_RATIO = Link(
    "u",
    "u = u trustCoefficient max(norm(p), minNorm) / (max(norm(u), minNorm) + eps)",
    trust_ratio,
)
DEFAULTS = {"trustCoefficient": 1, "minNorm": 0, "eps": 0}


def ratio(**changes):
    return ["trustRatio", {**DEFAULTS, **changes}]


RECIPE = Recipe(
    source=optax_chain(trustRatio=by_optax, weightDecay=decay_by_optax),
    check=numpy_chain(trustRatio=TRUST_RATIO, weightDecay=WEIGHT_DECAY),
    cases=[
        Case("adam", chain=[["adam", ADAM], ratio()]),
        Case(
            "LAMB",
            chain=[
                ["adam", {**ADAM, "lr": 0.01, "eps": 1e-6}],
                ["weightDecay", {"weightDecay": 0.1}],
                ratio(),
            ],
        ),
        Case("a direction of zeros", chain=[["sgd", {**SGD, "lr": 0.01}], ratio()]),
        Case("minNorm 3", chain=[["sgd", {**SGD, "lr": 0.01}], ratio(minNorm=3)]),
        Case("coefficient and eps", chain=[["sgd", MOMENTUM], ratio(trustCoefficient=0.1, eps=1)]),
    ],
)
