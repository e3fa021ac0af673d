"""MADGRAD: the authors' code transcribed, and Optax with an exact sqrt(t)."""

import math

import jax.numpy as jnp
import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Madgrad(PerTensor):
    formula = (
        "MADGRAD: s += (lr + eps) sqrt(t) g; v += (lr + eps) sqrt(t) g^2; "
        "p = momentum p + (1 - momentum) (p0 - s / (v^(1/3) + eps))"
    )
    start = {"s": 0, "v": 0}

    def state(self, parameters):
        super().state(parameters)
        for name, p in parameters.items():
            self.states[name].p0 = p

    def update(self, p, g, s, t, o):
        rate = (o.lr + o.eps if o.lr != 0 else 0) * math.sqrt(t)
        s.s = s.s + rate * g
        s.v = s.v + rate * g * g
        root = np.cbrt(s.v) + o.eps
        root[root == 0] = np.inf
        return o.momentum * p + (1 - o.momentum) * (s.p0 - s.s / root)


def by_optax(o):
    """Optax takes the square root of an integer, which JAX rounds to float32; the rate corrects that."""

    def rate(count):
        step = count + 1
        exact = (o["lr"] + o["eps"]) * jnp.sqrt(jnp.float64(step))
        return exact / jnp.float64(jnp.sqrt(step)) - o["eps"]

    return optax.contrib.madgrad(rate, o["momentum"], eps=o["eps"])


DEFAULTS = {"lr": 1e-2, "momentum": 0.9, "eps": 1e-6}

RECIPE = Recipe(
    source=transcription(Madgrad, link="madgrad"),
    check=optax_source(by_optax, "optax.contrib.madgrad", link="madgrad"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 1, momentum 0", {**DEFAULTS, "lr": 1, "momentum": 0}),
        Case("eps 0.1, momentum 0.5", {**DEFAULTS, "eps": 0.1, "momentum": 0.5}),
        Case(
            "eps 0",
            {**DEFAULTS, "eps": 0},
            unchecked="Optax divides 0 by 0 where no gradient has come yet",
        ),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["madgrad", {**DEFAULTS, "lr": 0.1}]]),
    ],
)
