"""RAdam: PyTorch; Optax, which adds eps to the corrected root, wherever eps does not show."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
INSIDE = "Optax adds eps to the corrected root"


def arguments(o: dict) -> dict:
    betas = (float(o["beta1"]), float(o["beta2"]))
    return {"lr": o["lr"], "betas": betas, "eps": o["eps"]}


RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.RAdam, arguments(o))),
    check=optax_source(lambda o: optax.radam(o["lr"], o["beta1"], o["beta2"], o["eps"])),
    cases=[
        Case("defaults", DEFAULTS, unchecked=INSIDE),
        Case("eps 1e-30", {**DEFAULTS, "eps": 1e-30}),
        Case("beta2 0.9", {**DEFAULTS, "beta2": 0.9}, unchecked=INSIDE),
        Case("beta2 0.9, eps 1e-30, lr 1", {**DEFAULTS, "beta2": 0.9, "eps": 1e-30, "lr": 1}),
        Case("never adaptive: beta2 0.5", {**DEFAULTS, "beta2": 0.5, "lr": 0.01}),
        Case("beta1 0, eps 1e-3", {**DEFAULTS, "beta1": 0, "eps": 1e-3}, unchecked=INSIDE),
    ],
)
