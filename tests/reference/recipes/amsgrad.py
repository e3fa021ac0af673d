"""AMSGrad: PyTorch; and Optax, which takes the maximum of the corrected v, where both agree."""

import optax
import torch

from adam_cases import ODD, torch_arguments
from chains import ADAM
from recipe import Case, Recipe, optax_source, torch_source

CORRECTED = "Optax maximises the corrected v"

DEFAULTS = {
    **ADAM, "epsRoot": 0, "correctedMaximum": False, "biasCorrectionMu": True, "biasCorrectionNu": True,
}  # fmt: skip
OPTAX = {**DEFAULTS, "correctedMaximum": True}
PAPER = {**DEFAULTS, "biasCorrectionMu": False, "biasCorrectionNu": False}


def by_optax(o: dict) -> optax.GradientTransformation:
    corrects = o["biasCorrectionMu"], o["biasCorrectionNu"]
    return optax.amsgrad(
        o["lr"], o["beta1"], o["beta2"], o["eps"], o["epsRoot"], None, *corrects
    )


ALONE = {"source": optax_source(by_optax), "unchecked": "PyTorch has none of these options"}

RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.Adam, {**torch_arguments(o), "amsgrad": True})),
    check=optax_source(by_optax),
    cases=[
        Case("defaults", DEFAULTS, unchecked=CORRECTED),
        *(Case(label, {**DEFAULTS, **odd}, unchecked=CORRECTED) for label, odd in ODD.items()),
        Case("beta2 0", {**DEFAULTS, "beta2": 0}),
        Case("Optax' defaults", OPTAX, **ALONE),
        Case("Optax', epsRoot 0.01, eps 0", {**OPTAX, "epsRoot": 0.01, "eps": 0}, **ALONE),
        Case("the paper's: no corrections", PAPER, **ALONE),
        Case("m corrected alone", {**PAPER, "biasCorrectionMu": True}, **ALONE),
        Case("Optax', v corrected alone", {**OPTAX, "biasCorrectionMu": False, "lr": 0.1}, **ALONE),
    ],
)
