"""AdaDelta: PyTorch and Optax."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 1, "rho": 0.95, "eps": 1e-6}

RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.Adadelta, o)),
    check=optax_source(lambda o: optax.adadelta(o["lr"], rho=o["rho"], eps=o["eps"])),
    cases=[
        Case("defaults", DEFAULTS),
        Case("rho 0.9", {**DEFAULTS, "rho": 0.9}),
        Case("eps 1e-2, lr 0.3", {**DEFAULTS, "eps": 1e-2, "lr": 0.3}),
        Case("rho 0", {**DEFAULTS, "rho": 0}),
    ],
)
