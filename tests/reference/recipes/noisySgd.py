"""Without variance it is SGD; src/optimizers/noisySgd.test.ts measures the noise."""

import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Sgd(PerTensor):
    formula = "p -= lr g"

    def update(self, p, g, s, t, o):
        return p - o.lr * g


RECIPE = Recipe(
    source=optax_source(lambda o: optax.noisy_sgd(o["lr"], o["eta"], o["gamma"], key=0), "noisy_sgd"),
    check=transcription(Sgd),
    cases=[
        Case("eta 0", {"lr": 1e-3, "eta": 0, "gamma": 0.55}),
        Case("eta 0, gamma 0, odd lr", {"lr": 0.0371, "eta": 0, "gamma": 0}),
    ],
)
