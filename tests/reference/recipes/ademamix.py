"""AdEMAMix: the paper's algorithm 1 and schedules in NumPy, and Optax with these schedules."""

import math

import jax.numpy as jnp
import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Ademamix(PerTensor):
    formula = (
        "AdEMAMix: p -= lr ((m1Hat + alpha_t m2) / (sqrt(vHat + epsRoot) + eps) + weightDecay p), m1, m2, v decaying "
        "means by beta1, beta3_t, beta2 of g, g, g^2; alpha_t = alpha t / T, beta3_t = exp(log(beta1) log(beta3) "
        "/ ((1 - t / T) log(beta3) + t / T log(beta1))) before step T"
    )
    start = {"m1": 0, "m2": 0, "v": 0}

    def update(self, p, g, s, t, o):
        alpha = o.alpha * min(1.0, t / o.alphaWarmup) if o.alphaWarmup else o.alpha
        beta3 = o.beta3
        if t < o.beta3Warmup:
            r, low, high = t / o.beta3Warmup, math.log(o.beta1), math.log(o.beta3)
            beta3 = math.exp(low * high / ((1 - r) * high + r * low))
        s.m1 = o.beta1 * s.m1 + (1 - o.beta1) * g
        s.m2 = beta3 * s.m2 + (1 - beta3) * g
        s.v = o.beta2 * s.v + (1 - o.beta2) * g * g
        mixed = s.m1 / (1 - o.beta1**t) + alpha * s.m2
        return p - o.lr * (mixed / (np.sqrt(s.v / (1 - o.beta2**t) + o.epsRoot) + o.eps) + o.weightDecay * p)


def alpha_of(o):
    warmup = o["alphaWarmup"]
    if not warmup:
        return o["alpha"]
    return lambda count: jnp.minimum(jnp.float64(count + 1) / warmup, 1.0) * o["alpha"]


def beta3_of(o):
    """Half-lives grow linearly, from that of beta1 to that of beta3."""
    if not o["beta3Warmup"]:
        return o["beta3"]
    low, high = math.log(0.5) / math.log(o["beta1"]), math.log(0.5) / math.log(o["beta3"])

    def scheduled(count):
        r = jnp.minimum(jnp.float64(count + 1) / o["beta3Warmup"], 1.0)
        return 0.5 ** (1 / ((1 - r) * low + r * high))

    return scheduled


DEFAULTS = {
    "lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "beta3": 0.9999, "alpha": 5, "eps": 1e-8, "epsRoot": 0,
    "weightDecay": 0, "alphaWarmup": 0, "beta3Warmup": 0,
}  # fmt: skip
WARM = {**DEFAULTS, "lr": 0.1, "alpha": 8, "weightDecay": 0.1, "alphaWarmup": 20, "beta3Warmup": 15}
SHORT = {**WARM, "beta3": 0.99}

RECIPE = Recipe(
    source=transcription(Ademamix, link="ademamix"),
    check=optax_source(
        lambda o: optax.contrib.ademamix(
            o["lr"], o["beta1"], o["beta2"], beta3_of(o), alpha_of(o), o["eps"],
            o["epsRoot"], weight_decay=o["weightDecay"],
        ),  # fmt: skip
        "optax.contrib.ademamix",
        link="ademamix",
    ),
    cases=[
        Case("defaults", DEFAULTS),
        Case("alpha rises for 20 steps, beta3 for 15", WARM),
        Case("warm-ups longer than the run", {**WARM, "alphaWarmup": 100, "beta3Warmup": 1000}),
        Case("betas 0 but for beta3, eps 0.1", {**DEFAULTS, "beta1": 0, "beta2": 0, "eps": 0.1}),
        Case("epsRoot 1e-3, eps 0, lr 0.1", {**DEFAULTS, "epsRoot": 1e-3, "eps": 0, "lr": 0.1}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["ademamix", SHORT]]),
    ],
)
