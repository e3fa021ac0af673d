"""Yogi: the paper's algorithm 2 with the start of TensorFlow Addons, and Optax if both start at 0."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Yogi(PerTensor):
    formula = (
        "m = beta1 m + (1 - beta1) g; v = v - (1 - beta2) sign(v - g^2) g^2, from initialAccumulator, "
        "m from initialMean; p -= lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps)"
    )
    start = {"m": 0}

    def state(self, parameters):
        self.start = {"m": self.options.initialMean, "v": self.options.initialAccumulator}
        super().state(parameters)

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.v = s.v - (1 - o.beta2) * np.sign(s.v - g**2) * g**2
        return p - o.lr * (s.m / (1 - o.beta1**t)) / (np.sqrt(s.v / (1 - o.beta2**t) + o.epsRoot) + o.eps)


def by_optax(o: dict) -> optax.GradientTransformation:
    scale = optax.scale_by_yogi(
        o["beta1"], o["beta2"], o["eps"], o["epsRoot"], o["initialAccumulator"]
    )
    return optax.chain(scale, optax.scale_by_learning_rate(o["lr"]))


DEFAULTS = {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-3, "epsRoot": 0, "initialAccumulator": 1e-6, "initialMean": 0}
FROM_ZERO = {**DEFAULTS, "initialAccumulator": 0}
STARTS_ELSEWHERE = "Optax starts m, too, at the initial accumulator"

RECIPE = Recipe(
    source=transcription(Yogi, link="yogi"),
    check=optax_source(by_optax, "optax.scale_by_yogi", link="yogi"),
    cases=[
        Case("defaults", DEFAULTS, unchecked=STARTS_ELSEWHERE),
        Case("from zero", FROM_ZERO),
        Case("beta1 0, initialAccumulator 0.1", {**DEFAULTS, "beta1": 0, "initialAccumulator": 0.1}),
        Case("beta2 0.5, lr 1", {**FROM_ZERO, "beta2": 0.5, "lr": 1}),
        Case("eps 1e-8", {**FROM_ZERO, "eps": 1e-8}),
        Case("epsRoot 0.1, eps 0", {**FROM_ZERO, "epsRoot": 0.1, "eps": 0}),
        Case(
            "optax.yogi",
            {**DEFAULTS, "initialMean": 1e-6},
            source=optax_source(
                lambda o: optax.yogi(o["lr"], o["beta1"], o["beta2"], o["eps"]), "optax.yogi"
            ),
        ),
        Case("both from 0.1", {**DEFAULTS, "initialMean": 0.1, "initialAccumulator": 0.1}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["yogi", FROM_ZERO]]),
    ],
)
