"""NAdam: PyTorch; and Optax, which is the same once the momentum's schedule has ended."""

import optax
import torch

from recipe import Case, Recipe, optax_source, torch_source

DEFAULTS = {"lr": 2e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentumDecay": 4e-3}
SCHEDULED = "Optax has no schedule of the momentum"


def arguments(o: dict) -> dict:
    betas = (float(o["beta1"]), float(o["beta2"]))
    return {"lr": o["lr"], "betas": betas, "eps": o["eps"], "momentum_decay": o["momentumDecay"]}


def decoupled(chain: list) -> tuple[type, dict]:
    links = dict(chain)
    decay = {"weight_decay": links["weightDecay"]["weightDecay"], "decoupled_weight_decay": True}
    return torch.optim.NAdam, {**arguments(links["nadam"]), **decay}


RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.NAdam, arguments(o))),
    check=optax_source(lambda o: optax.nadam(o["lr"], o["beta1"], o["beta2"], o["eps"])),
    cases=[
        Case("defaults", DEFAULTS, unchecked=SCHEDULED),
        Case("as Keras: momentumDecay 1", {**DEFAULTS, "momentumDecay": 1}, unchecked=SCHEDULED),
        Case("as Optax: momentumDecay 1e6", {**DEFAULTS, "momentumDecay": 1e6}),
        Case("momentumDecay 0", {**DEFAULTS, "momentumDecay": 0}, unchecked=SCHEDULED),
        Case("beta1 0", {**DEFAULTS, "beta1": 0}),
        Case("beta2 0.5, lr 1", {**DEFAULTS, "beta2": 0.5, "lr": 1}, unchecked=SCHEDULED),
        Case(
            "decoupled decay",
            chain=[["nadam", {**DEFAULTS, "lr": 0.1}], ["weightDecay", {"weightDecay": 0.3}]],
            source=torch_source(decoupled),
            unchecked=SCHEDULED,
        ),
        Case("eps 1e-3, as Optax", {**DEFAULTS, "eps": 1e-3, "momentumDecay": 1e6}),
    ],
)
