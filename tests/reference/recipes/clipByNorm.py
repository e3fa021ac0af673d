"""Clipping by norm: PyTorch, tensor by tensor; and Optax' clip_by_global_norm on each, or NumPy for other orders."""

import optax

from chains import numpy_chain, optax_chain
from recipe import Case, Recipe, torch_chain
from recipes import adamw, sgd
from sources import per_tensor

ADAMW = adamw.DEFAULTS
SGD = {**sgd.DEFAULTS, "lr": 0.1}


def by_optax(o):
    return per_tensor(lambda: optax.clip_by_global_norm(o["maxNorm"]))


def norm(max_norm: float, order: float | str = 2) -> list:
    return ["clipByNorm", {"maxNorm": max_norm, "order": order}]


class EitherChain:
    """With Optax, which only has order 2, or with NumPy."""

    def run(self, case, inputs, dtype):
        euclidean = dict(case.given)["clipByNorm"]["order"] == 2
        chain = optax_chain(clipByNorm=by_optax) if euclidean else numpy_chain()
        return chain.run(case, inputs, dtype)


RECIPE = Recipe(
    source=torch_chain(adamw=adamw.by_torch, sgd=sgd.by_torch),
    check=EitherChain(),
    cases=[
        Case("clips at some steps", chain=[norm(6), ["adamw", ADAMW]]),
        Case("clips at every step", chain=[norm(1e-3), ["sgd", {**SGD, "lr": 10}]]),
        Case("never clips", chain=[norm(1000), ["adamw", ADAMW]]),
        Case("sgd", chain=[norm(6), ["sgd", SGD]]),
        Case("order 1", chain=[norm(12, 1), ["adamw", ADAMW]]),
        Case("order Infinity", chain=[norm(3, "Infinity"), ["sgd", SGD]]),
        Case("order 3", chain=[norm(4, 3), ["sgd", SGD]]),
        Case("order 0.5", chain=[norm(90, 0.5), ["adamw", ADAMW]]),
    ],
)
