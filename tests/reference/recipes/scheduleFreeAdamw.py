"""Schedule-Free AdamW: the authors' reference implementation transcribed, and Optax without a warm-up."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class ScheduleFreeAdamw(PerTensor):
    formula = (
        "Schedule-Free AdamW: z -= rate (g / (sqrt(vHat) + eps) + weightDecay p), v a decaying mean of g^2; "
        "x = (1 - c) x + c z; p = beta1 x + (1 - beta1) z; rate = lr min(t / warmupSteps, 1), "
        "c = weight / sum of weights, weight = t^r max(rate)^weightLrPower"
    )
    start = {"v": 0}

    def state(self, parameters):
        super().state(parameters)
        for name, p in parameters.items():
            s = self.states[name]
            s.x, s.z, s.largest, s.total = p, p, 0.0, 0.0

    def update(self, p, g, s, t, o):
        rate = o.lr * (min(t / o.warmupSteps, 1) if o.warmupSteps else 1)
        s.largest = max(s.largest, rate)
        weight = t**o.r * s.largest**o.weightLrPower
        s.total += weight
        c = weight / s.total if s.total else 0
        s.v = o.beta2 * s.v + (1 - o.beta2) * g * g
        scaled = g / (np.sqrt(s.v / (1 - o.beta2**t)) + o.eps)
        s.z = s.z - rate * (scaled + o.weightDecay * p)
        s.x = (1 - c) * s.x + c * s.z
        return o.beta1 * s.x + (1 - o.beta1) * s.z

    def evaluation(self, parameters):
        return {name: self.states[name].x for name in parameters}


DEFAULTS = {
    "lr": 2.5e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 0,
    "warmupSteps": 0, "r": 0, "weightLrPower": 2,
}  # fmt: skip
FAST = {**DEFAULTS, "lr": 0.1, "beta1": 0.6, "weightDecay": 0.2}
WARM = {**FAST, "warmupSteps": 10, "r": 1.5, "weightLrPower": 1}
OTHERWISE = "Optax starts a warm-up from 0 and has no r"

RECIPE = Recipe(
    source=transcription(ScheduleFreeAdamw, link="scheduleFreeAdamw"),
    check=optax_source(
        lambda o: optax.contrib.schedule_free_adamw(
            o["lr"], b1=o["beta1"], b2=o["beta2"], eps=o["eps"], weight_decay=o["weightDecay"],
            weight_lr_power=o["weightLrPower"],
        ),  # fmt: skip
        "optax.contrib.schedule_free_adamw",
        link="scheduleFreeAdamw",
        evaluation=lambda state, p: optax.contrib.schedule_free_eval_params(state[-1], p),
    ),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.1, beta1 0.6, weightDecay 0.2", FAST),
        Case("warm-up of 10 steps, r 1.5, weightLrPower 1", WARM, unchecked=OTHERWISE),
        Case("weightLrPower 0, as Keras", {**FAST, "weightLrPower": 0}),
        Case("beta2 0, eps 0.1", {**DEFAULTS, "beta2": 0, "eps": 0.1}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["scheduleFreeAdamw", FAST]]),
    ],
)
