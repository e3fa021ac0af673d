"""ACProp: the authors' code transcribed, and Optax with its variance scaled to the same."""

import jax.numpy as jnp
import numpy as np
import optax

from recipe import Case, PerTensor, Recipe, optax_source, transcription


class Acprop(PerTensor):
    formula = (
        "ACProp, not rectified: p -= lr (g / (sqrt(s / (1 - beta2^(t - 1))) + eps) + weightDecay p), at "
        "first lr (g + weightDecay p); m = beta1 m + (1 - beta1) g; "
        "s = beta2 s + (1 - beta2) (g - m)^2 + (epsRoot, below 0 eps)"
    )
    start = {"m": 0, "s": 0}

    def update(self, p, g, s, t, o):
        u = g if t == 1 else g / (np.sqrt(s.s / (1 - o.beta2 ** (t - 1))) + o.eps)
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.s = o.beta2 * s.s + (1 - o.beta2) * (g - s.m) ** 2 + (o.eps if o.epsRoot < 0 else o.epsRoot)
        return p - o.lr * (u + o.weightDecay * p)


def by_optax(o):
    """Optax uses the mean before g for m, which makes s 1 / beta1^2 times as large."""
    beta1, eps = o["beta1"], o["eps"]
    root = eps if o["epsRoot"] < 0 else o["epsRoot"]
    rate = lambda count: jnp.where(count == 0, o["lr"] * (1 + eps / beta1), o["lr"] / beta1)  # noqa: E731
    return optax.contrib.acprop(
        rate, beta1, o["beta2"], eps=eps / beta1, eps_root=root / beta1**2
    )


DEFAULTS = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-16, "epsRoot": -1, "weightDecay": 0}
ODD = {**DEFAULTS, "lr": 0.1, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}

RECIPE = Recipe(
    source=transcription(Acprop, link="acprop"),
    check=optax_source(by_optax, "optax.contrib.acprop", link="acprop"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.1, betas 0.5 and 0.9, eps 1e-3", ODD),
        Case(
            "betas 0, eps 0.1",
            {**DEFAULTS, "beta1": 0, "beta2": 0, "eps": 0.1},
            unchecked="without a mean the two variances have no common scale",
        ),
        Case(
            "weightDecay 0.3",
            {**ODD, "weightDecay": 0.3},
            unchecked="Optax would need another rate for the decay",
        ),
        Case("epsRoot 1e-4, eps 1e-2", {**ODD, "epsRoot": 1e-4, "eps": 1e-2}),
        Case("epsRoot 0, eps 1e-2", {**ODD, "epsRoot": 0, "eps": 1e-2}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["acprop", ODD]]),
    ],
)
