"""Adafactor: PyTorch, and the paper's algorithms in NumPy; Optax with its 1 - t^-0.8 in float64."""

from math import sqrt

import jax.numpy as jnp
import numpy as np
import optax
import torch

from recipe import Case, PerTensor, Recipe, optax_source, torch_source, transcription


def rms(x: np.ndarray) -> float:
    return sqrt(float(np.mean(np.square(x, dtype=np.float64))))


class Adafactor(PerTensor):
    formula = (
        "Adafactor, b = 1 - (t - decayOffset)^beta2Decay: R, C = decaying means (b) of row and column "
        "means of g^2 + epsRoot; "
        "u = g / max(sqrt(R C / max(mean(R), eps1)), eps1), of vectors, and of all where not factored, g / max(sqrt(V), eps1); "
        "u /= max(1, rms(u) / d); a = min(lr, 1 / sqrt(t)) or lr, times max(eps2, rms(p)) or 1; "
        "m = beta1 m + (1 - beta1) a u; p -= lr weightDecay p + m"
    )
    start = {"v": 0, "m": 0}

    def second_moment(self, g, s, b, o):
        s.v = b * s.v + (1 - b) * (g * g + o.epsRoot)
        if g.ndim < 2 or not o.factored:
            return s.v
        # Means of means of squares are means of the mean of squares.
        rows, columns = s.v.mean(axis=1, keepdims=True), s.v.mean(axis=0, keepdims=True)
        return rows * columns / max(rows.mean(), o.eps1)

    def update(self, p, g, s, t, o):
        v = self.second_moment(g, s, 1 - (t - o.decayOffset) ** o.beta2Decay, o)
        u = g / np.maximum(np.sqrt(v), o.eps1)
        u = u / max(1, rms(u) / o.d)
        rate = min(o.lr, 1 / sqrt(t)) if o.relativeStep else o.lr
        if o.scaleParameter:
            rate *= max(o.eps2, rms(p))
        s.m = o.beta1 * s.m + (1 - o.beta1) * rate * u
        return p - o.lr * o.weightDecay * p - s.m


def torch_adafactor(o):
    return torch.optim.Adafactor, {
        "lr": o["lr"],
        "beta2_decay": o["beta2Decay"],
        "eps": (o["eps1"], o["eps2"]),
        "d": o["d"],
        "weight_decay": o["weightDecay"],
    }


DEFAULTS = {
    "lr": 1e-2, "beta1": 0, "beta2Decay": -0.8, "decayOffset": 0, "eps1": 1e-30, "epsRoot": 0, "eps2": 1e-3, "d": 1,
    "weightDecay": 0, "relativeStep": True, "scaleParameter": True,
    "factored": True,
}  # fmt: skip
def by_optax(o):
    """The parts of optax.adafactor, except for its decay, which it computes in float32."""
    links = [
        optax.scale_by_factored_rms(
            o["factored"],
            -o["beta2Decay"],
            o["decayOffset"],
            min_dim_size_to_factor=1,
            epsilon=o["epsRoot"],
            decay_rate_fn=lambda i, rate: 1 - jnp.float64(i + 1) ** -rate,
        ),
        optax.clip_by_block_rms(o["d"]),
        optax.scale_by_learning_rate(o["lr"], flip_sign=False),
    ]
    if o["scaleParameter"]:
        links.append(optax.scale_by_param_block_rms(o["eps2"]))
    if o["beta1"]:
        links.append(optax.ema(o["beta1"], debias=False))
    decay = optax.add_decayed_weights(o["lr"] * o["weightDecay"])
    return optax.chain(*links, decay, optax.scale(-1))


OPTAX = {**DEFAULTS, "eps1": 0, "epsRoot": 1e-30, "relativeStep": False}
BY_OPTAX = {"source": optax_source(by_optax, "adafactor's links, its decay in float64")}
FREE = {**DEFAULTS, "relativeStep": False}
PLAIN = {**FREE, "scaleParameter": False, "lr": 1e-3}
TRANSCRIBED = transcription(Adafactor, link="adafactor")
ALONE = {"source": TRANSCRIBED, "unchecked": "PyTorch has neither the switches nor beta1"}

RECIPE = Recipe(
    source=torch_source(torch_adafactor, link="adafactor"),
    check=TRANSCRIBED,
    cases=[
        Case("defaults", DEFAULTS),
        Case("lr 0.5, weightDecay 0.1", {**DEFAULTS, "lr": 0.5, "weightDecay": 0.1}),
        Case("beta2Decay -0.3, eps2 2, d 1.5", {**DEFAULTS, "beta2Decay": -0.3, "eps2": 2, "d": 1.5}),
        Case("eps1 0.5", {**DEFAULTS, "eps1": 0.5}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["adafactor", DEFAULTS]]),
        Case("steps of one size", FREE, **ALONE),
        Case(
            "steps of one size for all, beta1 0.9, weightDecay 0.1",
            {**PLAIN, "beta1": 0.9, "weightDecay": 0.1},
            **ALONE,
        ),
        Case("shrinking steps, beta1 0.5", {**DEFAULTS, "beta1": 0.5, "lr": 0.5}, **ALONE),
        Case("Optax' defaults", OPTAX, **BY_OPTAX),
        Case("Optax', eps 0.1, later steps", {**OPTAX, "epsRoot": 0.1, "decayOffset": -10}, **BY_OPTAX),
        Case("Optax', not factored, momentum", {**OPTAX, "factored": False, "beta1": 0.9}, **BY_OPTAX),
        Case(
            "Optax', decay, absolute steps",
            {**OPTAX, "weightDecay": 0.1, "scaleParameter": False, "lr": 0.1},
            **BY_OPTAX,
        ),
    ],
)
