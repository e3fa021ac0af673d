"""Optimistic Adam: Optax, and the paper's algorithm 1."""

import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class OptimisticAdam(PerTensor):
    formula = (
        "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; "
        "d = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps), "
        "with nesterov its m / (1 - beta1^t) is "
        "beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t); "
        "p -= lr ((alpha + beta) d - beta dBefore), where dBefore is d at first"
    )
    start = {"m": 0, "v": 0, "before": 0}

    def update(self, p, g, s, t, o):
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.v = o.beta2 * s.v + (1 - o.beta2) * g**2
        m = s.m / (1 - o.beta1**t)
        if o.nesterov:
            ahead = o.beta1 * (s.m / (1 - o.beta1 ** (t + 1)))
            m = ahead + (1 - o.beta1) * (g / (1 - o.beta1**t))
        d = m / (np.sqrt(s.v / (1 - o.beta2**t) + o.epsRoot) + o.eps)
        before = d if t == 1 else s.before
        s.before = d
        return p - o.lr * ((o.alpha + o.beta) * d - o.beta * before)


def by_optax(o: dict) -> optax.GradientTransformation:
    return optax.optimistic_adam_v2(
        o["lr"],
        alpha=o["alpha"],
        beta=o["beta"],
        b1=o["beta1"],
        b2=o["beta2"],
        eps=o["eps"],
        eps_root=o["epsRoot"],
        nesterov=o["nesterov"],
    )


DEFAULTS = {
    "lr": 1e-3,
    "alpha": 1,
    "beta": 1,
    "beta1": 0.9,
    "beta2": 0.999,
    "eps": 1e-8,
    "epsRoot": 0,
    "nesterov": False,
}

RECIPE = Recipe(
    source=optax_source(by_optax, link="optimisticAdam"),
    check=transcription(OptimisticAdam, link="optimisticAdam"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("as Optax: nesterov", {**DEFAULTS, "nesterov": True}),
        Case("alpha 0.7, beta 0.4, lr 0.1", {**DEFAULTS, "alpha": 0.7, "beta": 0.4, "lr": 0.1}),
        Case("beta 0, eps 1e-3", {**DEFAULTS, "beta": 0, "eps": 1e-3}),
        Case("beta1 0, nesterov", {**DEFAULTS, "beta1": 0, "nesterov": True}),
        Case("beta2 0.5, lr 10", {**DEFAULTS, "beta2": 0.5, "lr": 10}),
        Case("epsRoot 1e-3, eps 0", {**DEFAULTS, "epsRoot": 1e-3, "eps": 0}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["optimisticAdam", DEFAULTS]]),
    ],
)
