"""MoMo-Adam: Optax, and the paper's algorithm in NumPy."""

import numpy as np
import optax

from recipe import Case, Recipe, optax_source, transcription
from reductions import total


class MomoAdam:
    formula = (
        "MoMo-Adam, sums over all tensors: f, m, gamma = decaying means (beta1) of loss, g, sum(g p); "
        "d = eps + sqrt(v / (1 - beta2^t)); c = 1 - beta1^t; s = 1 + lr weightDecay; lowered bound b "
        "with adaptLowerBound, or lowerBound; tau = min(lr / c, max(s (f - c b - gamma) + sum(m p), 0) "
        "/ sum(m^2 / d)); p = p / s - tau m / d"
    )

    def __init__(self, options):
        self.o = options
        self.f = self.gamma = 0.0
        self.bound = options["lowerBound"]
        self.t = 0

    def state(self, parameters):
        self.m, self.v = ({n: np.zeros_like(p) for n, p in parameters.items()} for _ in range(2))

    def moments(self, parameters, gradients, loss):
        o, b = self.o, self.o["beta1"]
        self.f = b * self.f + (1 - b) * loss
        dot = total({n: g * parameters[n] for n, g in gradients.items()})
        self.gamma = b * self.gamma + (1 - b) * dot
        for n, g in gradients.items():
            self.m[n] = b * self.m[n] + (1 - b) * g
            self.v[n] = o["beta2"] * self.v[n] + (1 - o["beta2"]) * g * g
        return {n: np.sqrt(v / (1 - o["beta2"] ** self.t)) + o["eps"] for n, v in self.v.items()}

    def step(self, parameters, gradients, loss):
        o, lowest = self.o, self.o["lowerBound"]
        self.t += 1
        roots = self.moments(parameters, gradients, loss)
        along = total({n: m * parameters[n] for n, m in self.m.items()})
        square = total({n: m * m / roots[n] for n, m in self.m.items()})
        c, s = 1 - o["beta1"] ** self.t, 1 + o["lr"] * o["weightDecay"]
        cap = s * (self.f - self.gamma) + along
        if o["adaptLowerBound"] and cap < s * c * self.bound:
            self.bound = max(cap / (2 * s * c), lowest)
        tau = min(o["lr"] / c, max(cap - s * c * self.bound, 0) / square)
        if o["adaptLowerBound"]:
            self.bound = max((self.f + along - self.gamma - tau * square / 2) / c, lowest)
        return {n: p / s - tau * self.m[n] / roots[n] for n, p in parameters.items()}


DEFAULTS = {
    "lr": 1e-2, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "lowerBound": 0, "weightDecay": 0,
    "adaptLowerBound": False,
}  # fmt: skip
TOLD = {"loss": [3 * 0.8**step + 0.05 * (step % 3) for step in range(25)]}
DECAYED = {"lr": 1, "weightDecay": 0.1}
ADAPTED = {**DEFAULTS, "adaptLowerBound": True, "lowerBound": -3}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.contrib.momo_adam(
            o["lr"], o["beta1"], o["beta2"], o["eps"], o["lowerBound"], o["weightDecay"],
            o["adaptLowerBound"],
        ),  # fmt: skip
        "optax.contrib.momo_adam",
        link="momoAdam",
    ),
    check=transcription(MomoAdam, link="momoAdam"),
    cases=[
        Case("defaults", DEFAULTS, inputs=TOLD),
        Case("lr 1, weightDecay 0.1", {**DEFAULTS, **DECAYED}, inputs=TOLD),
        Case(
            "betas 0, eps 0.5, lowerBound 0.4, lr 1",
            {**DEFAULTS, "beta1": 0, "beta2": 0, "eps": 0.5, "lowerBound": 0.4, "lr": 1},
            inputs=TOLD,
        ),
        Case("adaptLowerBound", ADAPTED, inputs=TOLD),
        Case("adaptLowerBound, lr 1, weightDecay 0.1", {**ADAPTED, **DECAYED}, inputs=TOLD),
        Case(
            "behind a clip",
            chain=[["clipByNorm", {"maxNorm": 6}], ["momoAdam", DEFAULTS]],
            inputs=TOLD,
        ),
    ],
)
