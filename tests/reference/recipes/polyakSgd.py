"""SGD with Polyak's step size: Optax, and its formula in NumPy."""

import optax

from recipe import Case, Recipe, optax_source, transcription
from reductions import total


class PolyakSgd:
    formula = (
        "n = sum of g^2 over all tensors + eps; gap = loss - fStar, with nonNegative at least 0; "
        "p -= lr min(gap / n, maxLr) g, unless n is 0"
    )

    def __init__(self, options):
        self.o = options

    def state(self, parameters):
        pass

    def step(self, parameters, gradients, loss):
        o = self.o
        gap = loss - o["fStar"]
        if o["nonNegative"]:
            gap = max(gap, 0)
        square = total({n: g * g for n, g in gradients.items()}) + o["eps"]
        rate = 0 if square <= 2**-52 else min(gap / square, o["maxLr"])
        return {n: p - o["lr"] * rate * gradients[n] for n, p in parameters.items()}


DEFAULTS = {"lr": 1, "maxLr": 1, "fStar": 0, "eps": 0, "nonNegative": False}
TOLD = {"loss": [3 * 0.8**step + 0.05 * (step % 3) for step in range(25)]}
BELOW = {**DEFAULTS, "fStar": 0.5, "lr": 0.5}

RECIPE = Recipe(
    source=optax_source(
        # optax.polyak_sgd with scaling uses the norm of scaled gradients, contrary to its documentation.
        lambda o: optax.chain(
            optax.scale_by_polyak(
                o["fStar"], o["maxLr"], o["eps"], "sps+" if o["nonNegative"] else "sps"
            ),
            optax.scale_by_learning_rate(o["lr"]),
        ),
        "optax.scale_by_polyak, then the learning rate,",
        link="polyakSgd",
    ),
    check=transcription(PolyakSgd, link="polyakSgd"),
    cases=[
        Case("defaults", DEFAULTS, inputs=TOLD),
        Case("a small maxLr, eps 1", {**DEFAULTS, "maxLr": 0.01, "eps": 1}, inputs=TOLD),
        Case("losses below fStar, lr 0.5", BELOW, inputs=TOLD),
        Case("nonNegative", {**BELOW, "nonNegative": True}, inputs=TOLD),
        Case(
            "behind a clip",
            chain=[["clipByNorm", {"maxNorm": 6}], ["polyakSgd", DEFAULTS]],
            inputs=TOLD,
        ),
    ],
)
