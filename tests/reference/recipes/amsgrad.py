"""AMSGrad: PyTorch; Optax, which maximises the corrected v, where nothing is remembered."""

import optax
import torch

from adam_cases import ODD, torch_arguments
from chains import ADAM
from recipe import Case, Recipe, optax_source, torch_source

CORRECTED = "Optax maximises the corrected v"

RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.Adam, {**torch_arguments(o), "amsgrad": True})),
    check=optax_source(lambda o: optax.amsgrad(o["lr"], o["beta1"], o["beta2"], o["eps"])),
    cases=[
        Case("defaults", ADAM, unchecked=CORRECTED),
        *(Case(label, {**ADAM, **odd}, unchecked=CORRECTED) for label, odd in ODD.items()),
        Case("beta2 0", {**ADAM, "beta2": 0}),
    ],
)
