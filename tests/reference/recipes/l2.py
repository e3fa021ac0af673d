"""L2: weight_decay of PyTorch's optimizers, and Optax' add_decayed_weights before them."""

import optax

from chains import ADAM, optax_chain
from recipe import Case, Recipe, torch_chain
from recipes import adam, rmsprop, sgd

SGD = {**sgd.DEFAULTS, "lr": 1e-3}
MOMENTUM = {**sgd.DEFAULTS, "lr": 0.01, "momentum": 0.9}


def rms_by_optax(o):
    return optax.scale_by_rms(o["alpha"], o["eps"], eps_in_sqrt=False)


def decay(l2: float) -> list:
    return ["l2", {"l2": l2}]


RECIPE = Recipe(
    source=torch_chain(sgd=sgd.by_torch, adam=adam.by_torch, rmsprop=rmsprop.by_torch),
    check=optax_chain(rmsprop=rms_by_optax),
    cases=[
        Case("sgd", chain=[decay(0.01), ["sgd", SGD]]),
        Case("sgd with momentum", chain=[decay(0.3), ["sgd", MOMENTUM]]),
        Case("adam", chain=[decay(0.01), ["adam", ADAM]]),
        Case("adam, strong", chain=[decay(2), ["adam", {**ADAM, "lr": 0.05}]]),
        Case("rmsprop", chain=[decay(0.1), ["rmsprop", rmsprop.DEFAULTS]]),
    ],
)
