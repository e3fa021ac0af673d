"""Ascent: PyTorch's `maximize`, and in NumPy."""

import torch

from chains import ADAM, MOMENTUM, Link, numpy_chain
from recipe import Case, Recipe, torch_source

MAXIMIZE = Link("g", "g = -g", lambda x, _: -x.g)


def ascent(chain):
    """PyTorch negates the gradient before it adds weight_decay, like a decay after `maximize`."""
    links = dict(chain)
    if "sgd" in links:
        o = links["sgd"]
        arguments = {"lr": o["lr"], "momentum": o["momentum"], "nesterov": o["nesterov"]}
        kind = torch.optim.SGD
    else:
        o = links["adam"]
        arguments = {"lr": o["lr"], "betas": (o["beta1"], o["beta2"]), "eps": o["eps"]}
        kind = torch.optim.Adam
    decay = links.get("l2", {"l2": 0})["l2"]
    return kind, {**arguments, "weight_decay": decay, "maximize": True}


RECIPE = Recipe(
    source=torch_source(ascent),
    check=numpy_chain(maximize=MAXIMIZE),
    cases=[
        Case("adam", chain=[["maximize", {}], ["adam", ADAM]]),
        Case("momentum", chain=[["maximize", {}], ["sgd", {**MOMENTUM, "nesterov": True}]]),
        Case(
            "before l2",
            chain=[["maximize", {}], ["l2", {"l2": 0.1}], ["sgd", MOMENTUM]],
        ),
    ],
)
