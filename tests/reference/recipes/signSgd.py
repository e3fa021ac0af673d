"""signSGD: Optax, and the paper's algorithm 1."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class SignSgd(PerTensor):
    formula = "p -= lr sign(g)"

    def update(self, p, g, s, t, o):
        return p - o.lr * np.sign(g)


RECIPE = Recipe(
    source=optax_source(lambda o: optax.sign_sgd(o["lr"]), link="signSgd"),
    check=transcription(SignSgd, link="signSgd"),
    cases=[
        Case("defaults", {"lr": 1e-3}),
        Case("lr 10", {"lr": 10}),
        Case("behind l2", chain=[["l2", {"l2": 0.5}], ["signSgd", {"lr": 0.03}]]),
    ],
)
