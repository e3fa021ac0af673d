"""Clipping by value: PyTorch and Optax."""

import optax

from chains import optax_chain
from recipe import Case, Recipe, torch_chain
from recipes import adamw, sgd

ADAMW = adamw.DEFAULTS
SGD = {**sgd.DEFAULTS, "lr": 0.1}
MOMENTUM = {**sgd.DEFAULTS, "lr": 0.01, "momentum": 0.9}


def value(max_value: float) -> list:
    return ["clipByValue", {"maxValue": max_value}]


RECIPE = Recipe(
    source=torch_chain(adamw=adamw.by_torch, sgd=sgd.by_torch),
    check=optax_chain(clipByValue=lambda o: optax.clip(o["maxValue"])),
    cases=[
        Case("clips large elements", chain=[value(0.5), ["adamw", ADAMW]]),
        Case("clips most elements", chain=[value(1e-3), ["sgd", {**SGD, "lr": 10}]]),
        Case("never clips", chain=[value(1000), ["adamw", ADAMW]]),
        Case("sgd", chain=[value(0.5), ["sgd", MOMENTUM]]),
    ],
)
