"""NAdamW: Optax, and PyTorch's NAdam once the momentum's schedule has ended."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "epsRoot": 0, "weightDecay": 1e-2}


def arguments(o: dict) -> dict:
    return {
        "lr": o["lr"],
        "betas": (float(o["beta1"]), float(o["beta2"])),
        "eps": o["eps"],
        "weight_decay": o["weightDecay"],
        "momentum_decay": 1e6,  # 0.96^1e6 is 0, so only beta1 remains
        "decoupled_weight_decay": True,
    }


RECIPE = Recipe(
    source=optax_source(
        lambda o: optax.nadamw(
            o["lr"], o["beta1"], o["beta2"], o["eps"], o["epsRoot"], weight_decay=o["weightDecay"]
        ),
        link="nadamw",
    ),
    check=torch_source(lambda o: (torch.optim.NAdam, arguments(o)), link="nadamw"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("weightDecay 0", {**DEFAULTS, "weightDecay": 0}),
        Case("weightDecay 0.3, lr 0.1", {**DEFAULTS, "weightDecay": 0.3, "lr": 0.1}),
        Case("beta1 0", {**DEFAULTS, "beta1": 0}),
        Case("beta2 0.5, lr 10", {**DEFAULTS, "beta2": 0.5, "lr": 10}),
        Case("eps 1e-3", {**DEFAULTS, "eps": 1e-3}),
        Case(
            "epsRoot 1e-3, lr 0.1",
            {**DEFAULTS, "epsRoot": 1e-3, "lr": 0.1},
            unchecked="PyTorch has no eps within the root",
        ),
        Case("behind a clip", chain=[["clipByValue", {"maxValue": 0.5}], ["nadamw", DEFAULTS]]),
    ],
)
