"""Clipping by norm: on PyTorch's tensors, and Optax' clip_by_global_norm of each tensor."""

import optax

from chains import optax_chain
from recipe import Case, Recipe, torch_chain
from recipes import adamw, sgd
from sources import per_tensor

ADAMW = adamw.DEFAULTS
SGD = {**sgd.DEFAULTS, "lr": 0.1}


def by_optax(o):
    return per_tensor(lambda: optax.clip_by_global_norm(o["maxNorm"]))


def norm(max_norm: float) -> list:
    return ["clipByNorm", {"maxNorm": max_norm}]


RECIPE = Recipe(
    source=torch_chain(adamw=adamw.by_torch, sgd=sgd.by_torch),
    check=optax_chain(clipByNorm=by_optax),
    cases=[
        Case("clips at some steps", chain=[norm(6), ["adamw", ADAMW]]),
        Case("clips at every step", chain=[norm(1e-3), ["sgd", {**SGD, "lr": 10}]]),
        Case("never clips", chain=[norm(1000), ["adamw", ADAMW]]),
        Case("sgd", chain=[norm(6), ["sgd", SGD]]),
    ],
)
