"""RMSprop: PyTorch, and Optax with eps outside the root."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

TORCHS = {"lr": 1e-3, "alpha": 0.9, "eps": 1e-8, "centered": False, "momentum": 0}
DEFAULTS = {
    **TORCHS, "epsRoot": 0, "biasCorrection": False, "initialAccumulator": 0, "nesterov": False,
}  # fmt: skip
# Optax has only one eps, inside the root or outside.
OPTAX = {**DEFAULTS, "eps": 0, "epsRoot": 1e-8}


def by_torch(o: dict) -> tuple[type, dict]:
    return torch.optim.RMSprop, {name: o[name] for name in TORCHS}


def by_optax(o: dict) -> optax.GradientTransformation:
    return optax.rmsprop(
        o["lr"],
        decay=o["alpha"],
        eps=o["epsRoot"] or o["eps"],
        initial_scale=o["initialAccumulator"],
        eps_in_sqrt=o["epsRoot"] > 0,
        centered=o["centered"],
        momentum=o["momentum"] or None,
        nesterov=o["nesterov"],
        bias_correction=o["biasCorrection"],
    )


ALONE = {"source": optax_source(by_optax), "unchecked": "PyTorch has none of these options"}
EVERYTHING = {"centered": True, "biasCorrection": True, "momentum": 0.9, "nesterov": True}

RECIPE = Recipe(
    source=torch_source(by_torch),
    check=optax_source(by_optax),
    cases=[
        Case("defaults", DEFAULTS),
        Case("alpha 0.99, lr 0.01", {**DEFAULTS, "alpha": 0.99, "lr": 0.01}),
        Case("centered", {**DEFAULTS, "centered": True}),
        Case("momentum 0.9", {**DEFAULTS, "momentum": 0.9}),
        Case("centered, momentum 0.9", {**DEFAULTS, "centered": True, "momentum": 0.9}),
        Case("eps 1e-2, alpha 0.5", {**DEFAULTS, "eps": 1e-2, "alpha": 0.5}),
        Case("Optax' defaults", OPTAX, **ALONE),
        Case("epsRoot 0.1, centered", {**OPTAX, "epsRoot": 0.1, "centered": True}, **ALONE),
        Case("initialAccumulator 0.1", {**DEFAULTS, "initialAccumulator": 0.1}, **ALONE),
        Case("biasCorrection", {**DEFAULTS, "biasCorrection": True}, **ALONE),
        # Unless it starts above 0, the first variance is only rounding.
        Case(
            "biasCorrection, centered, initialAccumulator 0.5",
            {**DEFAULTS, "biasCorrection": True, "centered": True, "initialAccumulator": 0.5},
            **ALONE,
        ),
        Case("nesterov, momentum 0.5", {**DEFAULTS, "momentum": 0.5, "nesterov": True}, **ALONE),
        Case("everything", {**OPTAX, **EVERYTHING, "epsRoot": 0.1, "initialAccumulator": 2}, **ALONE),
    ],
)
