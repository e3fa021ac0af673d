"""Optimistic gradient descent: Optax, and the formula."""

import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class OptimisticGradientDescent(PerTensor):
    formula = "p -= lr ((alpha + beta) g - beta gBefore), where gBefore is g at first"
    start = {"before": 0}

    def update(self, p, g, s, t, o):
        before = g if t == 1 else s.before
        s.before = g
        return p - o.lr * ((o.alpha + o.beta) * g - o.beta * before)


DEFAULTS = {"lr": 1e-3, "alpha": 1, "beta": 1}

RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.optimistic_gradient_descent(o["lr"], o["alpha"], o["beta"]),
        link="optimisticGradientDescent",
    ),
    check=transcription(OptimisticGradientDescent, link="optimisticGradientDescent"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("alpha 0.7, beta 0.4, lr 0.3", {"lr": 0.3, "alpha": 0.7, "beta": 0.4}),
        Case("beta 0", {**DEFAULTS, "beta": 0}),
        Case(
            "behind a clip",
            chain=[
                ["clipByNorm", {"maxNorm": 6}],
                ["optimisticGradientDescent", {**DEFAULTS, "lr": 0.1}],
            ],
        ),
    ],
)
