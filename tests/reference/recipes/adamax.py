"""AdaMax: PyTorch and Optax."""

import optax
import torch

from adam_cases import odd_cases, torch_arguments
from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 2e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}

RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.Adamax, torch_arguments(o))),
    check=optax_source(lambda o: optax.adamax(o["lr"], o["beta1"], o["beta2"], o["eps"])),
    cases=[Case("defaults", DEFAULTS), *odd_cases(DEFAULTS)],
)
