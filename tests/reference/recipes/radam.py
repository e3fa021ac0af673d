"""RAdam: PyTorch; and Optax, which adds eps to the corrected root, if eps does not matter."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {
    "lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "epsRoot": 0, "correctFirst": False,
    "threshold": 5, "nesterov": False,
}  # fmt: skip
INSIDE = "Optax adds eps to the corrected root"


def arguments(o: dict) -> dict:
    betas = (float(o["beta1"]), float(o["beta2"]))
    return {"lr": o["lr"], "betas": betas, "eps": o["eps"]}


def by_optax(o: dict) -> optax.GradientTransformation:
    return optax.radam(
        o["lr"], o["beta1"], o["beta2"], o["eps"], o["epsRoot"], o["threshold"], nesterov=o["nesterov"]
    )


OPTAX = {**DEFAULTS, "correctFirst": True}
ALONE = {"source": optax_source(by_optax), "unchecked": "PyTorch corrects last, without other options"}

RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.RAdam, arguments(o))),
    check=optax_source(by_optax),
    cases=[
        Case("defaults", DEFAULTS, unchecked=INSIDE),
        Case("eps 1e-30", {**DEFAULTS, "eps": 1e-30}),
        Case("beta2 0.9", {**DEFAULTS, "beta2": 0.9}, unchecked=INSIDE),
        Case("beta2 0.9, eps 1e-30, lr 1", {**DEFAULTS, "beta2": 0.9, "eps": 1e-30, "lr": 1}),
        Case("never adaptive: beta2 0.5", {**DEFAULTS, "beta2": 0.5, "lr": 0.01}),
        Case("beta1 0, eps 1e-3", {**DEFAULTS, "beta1": 0, "eps": 1e-3}, unchecked=INSIDE),
        Case("Optax' defaults", OPTAX, **ALONE),
        Case("Optax', eps 0.1, epsRoot 0.01", {**OPTAX, "eps": 0.1, "epsRoot": 0.01}, **ALONE),
        Case("Optax', threshold 9, beta2 0.99", {**OPTAX, "threshold": 9, "beta2": 0.99}, **ALONE),
        Case("Optax', nesterov", {**OPTAX, "nesterov": True}, **ALONE),
        Case(
            "epsRoot 0.01, beta2 0.9, nesterov, eps 0",
            {**DEFAULTS, "epsRoot": 0.01, "beta2": 0.9, "nesterov": True, "eps": 0},
            **ALONE,
        ),
    ],
)
