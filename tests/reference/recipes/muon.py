"""Muon: Optax' orthogonalization after momentum as in Jordan's code, PyTorch's Muon, and both in NumPy."""

from math import sqrt

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
from optax.contrib._muon import (
    MuonDimensionNumbers,
    orthogonalize_via_newton_schulz,
    scale_by_shape,
)

from recipe import Case, PerTensor, Recipe, optax_source, transcription
from sources import TORCH, Trajectory, sample, shaped


class Muon(PerTensor):
    formula = (
        "Muon of matrices: m = momentum m + (1 - momentum) g; x = with nesterov momentum m + "
        "(1 - momentum) g, each corrected with biasCorrection; x /= norm(x) + eps, with clampNorm max(norm(x), eps); steps times x = a x + "
        "(b A + c A A) x, A = x x^T; p -= lr (sqrt(max(1, outputs / inputs)) x, with unclamped "
        "sqrt(outputs / inputs) x, with matchRms 0.2 sqrt(max(rows, cols)) x, with adaptive times sum(x before, x), + "
        "weightDecay p); of vectors AdamW with adamLrRatio lr and adamEps"
    )
    start = {"m": 0, "v": 0}

    def orthogonal(self, x, o):
        turned = x.shape[0] > x.shape[1]
        x = x.T if turned else x
        length = np.linalg.norm(x)
        x = x / x.dtype.type(max(length, o.eps) if o.clampNorm else length + o.eps)
        for _ in range(o.steps):
            gram = x @ x.T
            x = o.a * x + (o.b * gram + o.c * (gram @ gram)) @ x
        return x.T if turned else x

    def scale(self, rows, cols, o):
        if o.matchRms:
            return 0.2 * sqrt(max(rows, cols))
        aspect = rows / cols if o.outputsFirst else cols / rows
        return sqrt(aspect if o.unclamped else max(1, aspect))

    def update(self, p, g, s, t, o):
        if p.ndim == 1:
            s.m = o.beta1 * s.m + (1 - o.beta1) * g
            s.v = o.beta2 * s.v + (1 - o.beta2) * g * g
            u = s.m / (1 - o.beta1**t) / (np.sqrt(s.v / (1 - o.beta2**t)) + o.adamEps)
            return p - o.adamLrRatio * o.lr * (u + o.weightDecay * p)
        s.m = o.momentum * s.m + (1 - o.momentum) * g
        now, later = (1 - o.momentum**t, 1 - o.momentum ** (t + 1)) if o.biasCorrection else (1, 1)
        x = s.m / now
        if o.nesterov:
            x = o.momentum * s.m / later + (1 - o.momentum) * g / now
        u = self.orthogonal(x, o)
        u = self.scale(*p.shape, o) * (np.sum(x * u) * u if o.adaptive else u)
        return p - o.lr * (u + o.weightDecay * p)


def momentum(o) -> optax.GradientTransformation:
    mean = optax.ema(o["momentum"], debias=False)

    def update(gradients, state, parameters=None):
        m, state = mean.update(gradients, state)
        if o["nesterov"]:
            m = jax.tree.map(lambda m, g: o["momentum"] * m + (1 - o["momentum"]) * g, m, gradients)
        return m, state

    return optax.GradientTransformation(mean.init, update)


def orthogonal(o) -> optax.GradientTransformation:
    def update(x):
        coefficients = jnp.array([o["a"], o["b"], o["c"]])
        return orthogonalize_via_newton_schulz(x, coefficients, o["steps"], eps=o["eps"])

    return optax.stateless(lambda updates, _: jax.tree.map(update, updates))


def direction(o, axes) -> optax.GradientTransformation:
    if not o["biasCorrection"]:
        return optax.chain(momentum(o), orthogonal(o))
    return optax.contrib.scale_by_muon(
        (o["a"], o["b"], o["c"]),
        o["steps"],
        o["momentum"],
        o["eps"],
        nesterov=o["nesterov"],
        adaptive=o["adaptive"],
        weight_dimension_numbers=lambda _: axes,
    )


def by_optax(o):
    numbers = MuonDimensionNumbers(*((1, 0) if o["outputsFirst"] else (0, 1)))
    axes = {"w": numbers, "b": optax.MaskedNode()}
    muon = optax.chain(
        direction(o, axes),
        scale_by_shape(lambda _: axes, 0.2 if o["matchRms"] else None),
        optax.add_decayed_weights(o["weightDecay"]),
        optax.scale_by_learning_rate(o["lr"]),
    )
    rate = o["adamLrRatio"] * o["lr"]
    adam = optax.adamw(rate, o["beta1"], o["beta2"], o["adamEps"], weight_decay=o["weightDecay"])
    return optax.partition({"muon": muon, "adam": adam}, {"w": "muon", "b": "adam"})


def whole(o):
    """optax.contrib.muon itself, which is the same without nesterov."""
    return optax.contrib.muon(
        o["lr"],
        (o["a"], o["b"], o["c"]),
        o["steps"],
        o["momentum"],
        o["eps"],
        o["weightDecay"],
        nesterov=o["nesterov"],
        adam_b1=o["beta1"],
        adam_b2=o["beta2"],
        adam_weight_decay=o["weightDecay"],
        adam_learning_rate=o["adamLrRatio"] * o["lr"],
        adaptive=o["adaptive"],
        consistent_rms=0.2 if o["matchRms"] else None,
    )


class Precise:
    """PyTorch with a given type in place of bfloat16."""

    def __init__(self, dtype: torch.dtype):
        self.bfloat16 = dtype

    def __getattr__(self, name: str):
        return getattr(torch, name)


class TorchMuon:
    """torch.optim.Muon for the matrix, in the parameters' type, and torch.optim.AdamW for the vector."""

    def arguments(self, o) -> dict:
        adjust = "match_rms_adamw" if o["matchRms"] else "spectral_unclamped" if o["unclamped"] else "original"
        return {
            "lr": o["lr"],
            "weight_decay": o["weightDecay"],
            "momentum": o["momentum"],
            "nesterov": o["nesterov"],
            "ns_coefficients": (o["a"], o["b"], o["c"]),
            "eps": o["eps"],
            "ns_steps": o["steps"],
            "adjust_lr_fn": adjust,
        }

    def describe(self, case) -> str:
        listed = ", ".join(f"{key}={value!r}" for key, value in self.arguments(case.options).items())
        return f"{TORCH} torch.optim.Muon({listed}) without bfloat16, and torch.optim.AdamW of vectors"

    def run(self, case, inputs: dict, dtype: str) -> Trajectory:
        o = case.options
        start = shaped(inputs["parameters"], dtype)
        named = {n: torch.nn.Parameter(torch.from_numpy(np.array(a))) for n, a in start.items()}
        muon = torch.optim.Muon([named["w"]], **self.arguments(o))
        adamw = torch.optim.AdamW(
            [named["b"]], o["adamLrRatio"] * o["lr"], (o["beta1"], o["beta2"]), o["adamEps"], o["weightDecay"]
        )
        result = Trajectory()
        module = torch.optim._muon
        module.torch = Precise(getattr(torch, dtype))
        try:
            for step, gradients in enumerate(inputs["gradients"], start=1):
                for name, gradient in shaped(gradients, dtype).items():
                    named[name].grad = torch.from_numpy(np.array(gradient))
                muon.step()
                adamw.step()
                sample(result, step, {n: p.detach().numpy() for n, p in named.items()}, None)
        finally:
            module.torch = torch
        return result


DEFAULTS = {
    "lr": 0.02, "momentum": 0.95, "nesterov": True, "biasCorrection": False, "weightDecay": 0, "steps": 5, "a": 3.4445,
    "b": -4.775, "c": 2.0315, "eps": 1e-7, "clampNorm": False, "matchRms": False, "unclamped": False, "adaptive": False, "outputsFirst": False,
    "adamLrRatio": 0.015, "beta1": 0.9, "beta2": 0.95, "adamEps": 1e-10,
}  # fmt: skip
# There both share eps, and corrected momentum is larger relative to it. With 0, neither matters.
PLAIN = {**DEFAULTS, "nesterov": False, "eps": 0, "adamEps": 0}
# PyTorch's defaults.
TORCHS = {
    **DEFAULTS, "lr": 1e-3, "weightDecay": 0.1, "outputsFirst": True, "clampNorm": True,
}  # fmt: skip
BY_TORCH = TorchMuon()
WHOLE = optax_source(whole, "optax.contrib.muon")

RECIPE = Recipe(
    source=optax_source(by_optax, "orthogonalize_via_newton_schulz and AdamW", link="muon"),
    check=transcription(Muon, link="muon"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("optax.contrib.muon, adamLrRatio 1", {**PLAIN, "adamLrRatio": 1, "lr": 1e-3}, source=WHOLE),
        Case(
            "optax.contrib.muon, matchRms, weightDecay 0.1",
            {**PLAIN, "matchRms": True, "weightDecay": 0.1},
            source=WHOLE,
        ),
        Case("outputsFirst, matchRms", {**DEFAULTS, "matchRms": True, "outputsFirst": True}),
        Case(
            "outputsFirst, weightDecay 0.1, momentum 0.5",
            {**DEFAULTS, "outputsFirst": True, "weightDecay": 0.1, "momentum": 0.5},
        ),
        Case(
            "momentum and betas 0, eps 1, 2 steps of other coefficients",
            {
                **DEFAULTS, "momentum": 0, "beta1": 0, "beta2": 0, "eps": 1, "adamEps": 0.1,
                "steps": 2, "a": 1.5, "b": -0.5, "c": 0,
            },  # fmt: skip
        ),
        Case("PyTorch's defaults", TORCHS, source=BY_TORCH),
        Case("PyTorch's match_rms_adamw", {**TORCHS, "matchRms": True}, source=BY_TORCH),
        Case("PyTorch's spectral_unclamped", {**TORCHS, "unclamped": True}, source=BY_TORCH),
        Case("PyTorch's, clamped at 1000", {**TORCHS, "eps": 1000, "lr": 0.1}, source=BY_TORCH),
        Case("unclamped, inputs first", {**DEFAULTS, "unclamped": True}, source=transcription(Muon), unchecked="Optax has no such factor"),
        Case("biasCorrection", {**DEFAULTS, "biasCorrection": True}),
        Case(
            "biasCorrection, momentum 0.5, eps 1, adaptive, lr 1e-4",
            {
                **DEFAULTS, "biasCorrection": True, "momentum": 0.5, "eps": 1, "adaptive": True,
                "lr": 1e-4,
            },  # fmt: skip
        ),
        Case(
            "biasCorrection and matchRms without nesterov, eps 10",
            {
                **DEFAULTS, "biasCorrection": True, "nesterov": False, "matchRms": True,
                "eps": 10,
            },  # fmt: skip
        ),
        Case(
            "optax.contrib.muon, adaptive and matchRms without nesterov",
            {
                **PLAIN, "biasCorrection": True, "adaptive": True, "matchRms": True,
                "lr": 1e-4,
            },  # fmt: skip
            source=WHOLE,
        ),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["muon", DEFAULTS]]),
    ],
)
