"""MoMo: Optax, and the paper's algorithm in NumPy."""

import numpy as np
import optax

from recipe import Case, Recipe, optax_source, transcription
from reductions import total


class Momo:
    formula = (
        "MoMo, sums over all tensors, b = beta, at first 0: f, m, gamma = decaying means (b) of loss, "
        "g, sum(g p); s = 1 + lr weightDecay; lowered bound b with adaptLowerBound, or lowerBound; "
        "tau = min(lr, max(s (f - b - gamma) + sum(m p), 0) / sum(m^2)); p = p / s - tau m"
    )

    def __init__(self, options):
        self.o = options
        self.f = self.gamma = 0.0
        self.bound = options["lowerBound"]
        self.t = 0

    def state(self, parameters):
        self.m = {n: np.zeros_like(p) for n, p in parameters.items()}

    def step(self, parameters, gradients, loss):
        o, lowest = self.o, self.o["lowerBound"]
        self.t += 1
        b = 0 if self.t == 1 else o["beta"]
        self.f = b * self.f + (1 - b) * loss
        self.m = {n: b * m + (1 - b) * gradients[n] for n, m in self.m.items()}
        dot = total({n: g * parameters[n] for n, g in gradients.items()})
        self.gamma = b * self.gamma + (1 - b) * dot
        along = total({n: m * parameters[n] for n, m in self.m.items()})
        square = total({n: m * m for n, m in self.m.items()})
        s = 1 + o["lr"] * o["weightDecay"]
        cap = s * (self.f - self.gamma) + along
        if o["adaptLowerBound"] and cap < s * self.bound:
            self.bound = max(cap / (2 * s), lowest)
        tau = min(o["lr"], max(cap - s * self.bound, 0) / square)
        if o["adaptLowerBound"]:
            self.bound = max(self.f + along - self.gamma - tau * square / 2, lowest)
        return {n: p / s - tau * self.m[n] for n, p in parameters.items()}


DEFAULTS = {"lr": 1, "beta": 0.9, "lowerBound": 0, "weightDecay": 0, "adaptLowerBound": False}
TOLD = {"loss": [3 * 0.8**step + 0.05 * (step % 3) for step in range(25)]}
DECAYED = {"lr": 0.1, "weightDecay": 0.1}
ADAPTED = {**DEFAULTS, "adaptLowerBound": True, "lowerBound": -3}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.contrib.momo(
            o["lr"], o["beta"], o["lowerBound"], o["weightDecay"], o["adaptLowerBound"]
        ),
        "optax.contrib.momo",
        link="momo",
    ),
    check=transcription(Momo, link="momo"),
    cases=[
        Case("defaults", DEFAULTS, inputs=TOLD),
        Case("lr 0.01, weightDecay 0.5", {**DEFAULTS, "lr": 0.01, "weightDecay": 0.5}, inputs=TOLD),
        Case("beta 0, lowerBound 0.4", {**DEFAULTS, "beta": 0, "lowerBound": 0.4}, inputs=TOLD),
        Case("adaptLowerBound", ADAPTED, inputs=TOLD),
        Case("adaptLowerBound, lr 0.1, weightDecay 0.1", {**ADAPTED, **DECAYED}, inputs=TOLD),
        Case(
            "behind a clip",
            chain=[["clipByNorm", {"maxNorm": 6}], ["momo", DEFAULTS]],
            inputs=TOLD,
        ),
    ],
)
