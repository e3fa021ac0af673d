"""Schedule-Free SGD: the authors' reference implementation transcribed, and Optax without a warm-up."""

import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class ScheduleFreeSgd(PerTensor):
    formula = (
        "Schedule-Free SGD: z -= rate (g + weightDecay p); x = (1 - c) x + c z; p = momentum x + "
        "(1 - momentum) z; rate = lr min(t / warmupSteps, 1), c = weight / sum of weights, "
        "weight = t^r max(rate)^weightLrPower"
    )

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
        s.z = s.z - rate * (g + o.weightDecay * p)
        s.x = (1 - c) * s.x + c * s.z
        return o.momentum * s.x + (1 - o.momentum) * s.z

    def evaluation(self, parameters):
        return {name: self.states[name].x for name in parameters}


DEFAULTS = {"lr": 1, "momentum": 0.9, "weightDecay": 0, "warmupSteps": 0, "r": 0, "weightLrPower": 2}
SLOW = {**DEFAULTS, "lr": 0.03, "momentum": 0.6, "weightDecay": 0.2}
WARM = {**SLOW, "warmupSteps": 10, "r": 1.5, "weightLrPower": 1}
OTHERWISE = "Optax starts a warm-up from 0 and has no r"

RECIPE = Recipe(
    source=transcription(ScheduleFreeSgd, link="scheduleFreeSgd"),
    check=optax_source(
        lambda o: optax.contrib.schedule_free_sgd(
            o["lr"], b1=o["momentum"], weight_decay=o["weightDecay"],
            weight_lr_power=o["weightLrPower"],
        ),  # fmt: skip
        "optax.contrib.schedule_free_sgd",
        link="scheduleFreeSgd",
        evaluation=lambda state, p: optax.contrib.schedule_free_eval_params(state[-1], p),
    ),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.03, momentum 0.6, weightDecay 0.2", SLOW),
        Case("warm-up of 10 steps, r 1.5, weightLrPower 1", WARM, unchecked=OTHERWISE),
        Case("weightLrPower 0", {**SLOW, "weightLrPower": 0}),
        Case("lr 0", {**DEFAULTS, "lr": 0}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["scheduleFreeSgd", SLOW]]),
    ],
)
