"""AdaGrad: PyTorch; and Optax without eps and decay, because it adds eps inside the root and has no decay."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 0.01, "lrDecay": 0, "initialAccumulator": 0, "eps": 1e-10}
INSIDE = "Optax adds eps inside the root"


def by_torch(o: dict) -> tuple[type, dict]:
    return torch.optim.Adagrad, {
        "lr": o["lr"],
        "lr_decay": o["lrDecay"],
        "initial_accumulator_value": o["initialAccumulator"],
        "eps": o["eps"],
    }


RECIPE = Recipe(
    source=torch_source(by_torch),
    check=optax_source(lambda o: optax.adagrad(o["lr"], o["initialAccumulator"], o["eps"])),
    cases=[
        Case("defaults", DEFAULTS, unchecked=INSIDE),
        Case("lrDecay 0.1", {**DEFAULTS, "lrDecay": 0.1}, unchecked="Optax has no decay"),
        Case("initialAccumulator 0.1", {**DEFAULTS, "initialAccumulator": 0.1}, unchecked=INSIDE),
        Case(
            "initialAccumulator 0.1, eps 0",
            {**DEFAULTS, "initialAccumulator": 0.1, "eps": 0},
        ),
        Case("eps 1e-2, lr 1", {**DEFAULTS, "eps": 1e-2, "lr": 1}, unchecked=INSIDE),
        Case(
            "everything",
            {"lr": 0.5, "lrDecay": 0.03, "initialAccumulator": 2.5, "eps": 1e-6},
            unchecked=INSIDE,
        ),
    ],
)
