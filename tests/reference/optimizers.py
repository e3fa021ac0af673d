"""Each optimizer's counterparts in PyTorch and Optax, and the options it is tried at.

Options carry Gradus's names. `optax` is absent where Optax computes something else.
"""

from collections.abc import Callable
from dataclasses import dataclass

import optax
import torch


@dataclass(frozen=True)
class Variant:
    """One setting to try: what differs from the defaults."""

    label: str
    changes: dict
    groups: list[dict] | None = None
    by_torch: Callable[[dict], tuple[type, dict]] | None = None  # instead of the optimizer's own


@dataclass(frozen=True)
class Optimizer:
    """One optimizer: its defaults, the settings to try, its counterparts."""

    defaults: dict
    variants: list[Variant]
    by_torch: Callable[[dict], tuple[type, dict]]
    by_optax: Callable[[dict], optax.GradientTransformation | None] = lambda options: None


class Momentum(torch.optim.Optimizer):
    """v = γ v + η g; θ = θ − v."""

    formula = "v = momentum * v + lr * g; p = p - v"

    def __init__(self, params, lr, momentum):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                velocity = self.state[p].get("velocity", torch.zeros_like(p))
                velocity = group["momentum"] * velocity + group["lr"] * p.grad
                self.state[p]["velocity"] = velocity
                p.copy_(p - self.direction(group, velocity, p.grad))

    def direction(self, group, velocity, gradient):
        return velocity


class Nesterov(Momentum):
    """v = γ v + η g; θ = θ − (γ v + η g)."""

    formula = "v = momentum * v + lr * g; p = p - (momentum * v + lr * g)"

    def direction(self, group, velocity, gradient):
        return group["momentum"] * velocity + group["lr"] * gradient


def plain(*names: str) -> Callable[[dict], dict]:
    """Take `names` from the options unchanged."""
    return lambda options: {name: options[name] for name in names}


def torch_momentum(options: dict) -> tuple[type, dict]:
    return torch.optim.SGD, plain("lr", "momentum")(options)


def torch_nesterov(options: dict) -> tuple[type, dict]:
    return torch.optim.SGD, {**plain("lr", "momentum")(options), "nesterov": True}


def adam_arguments(options: dict) -> dict:
    betas = (float(options["beta1"]), float(options["beta2"]))
    return {"lr": options["lr"], "betas": betas, "eps": options["eps"]}


def adam_optax(make) -> Callable:
    return lambda o: make(o["lr"], b1=o["beta1"], b2=o["beta2"], eps=o["eps"])


def sgd_optax(options: dict) -> optax.GradientTransformation | None:
    if options["dampening"] != 0:
        return None
    return optax.sgd(options["lr"], options["momentum"] or None, options["nesterov"])


def adagrad_optax(options: dict) -> optax.GradientTransformation | None:
    """Optax adds eps inside the root and has no decay of the rate."""
    if options["eps"] != 0 or options["lrDecay"] != 0:
        return None
    return optax.adagrad(options["lr"], options["initialAccumulator"], eps=0)


def amsgrad_optax(options: dict) -> optax.GradientTransformation | None:
    """Optax maximises the corrected v, PyTorch the raw one; without memory they are the same."""
    return adam_optax(optax.amsgrad)(options) if options["beta2"] == 0 else None


def rmsprop_optax(options: dict) -> optax.GradientTransformation:
    return optax.rmsprop(
        options["lr"],
        decay=options["alpha"],
        eps=options["eps"],
        eps_in_sqrt=False,
        centered=options["centered"],
        momentum=options["momentum"] or None,
    )


ADAM = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
ADAM_ODD = [
    Variant("beta1 0", {"beta1": 0}),
    Variant("beta2 0.5", {"beta2": 0.5}),
    Variant("eps 1e-3", {"eps": 1e-3}),
    Variant("lr 10", {"lr": 10}),
    Variant("slow beta1, fast beta2", {"beta1": 0.99, "beta2": 0.9}),
]

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(
        {"lr": 1e-3, "momentum": 0, "dampening": 0, "nesterov": False},
        [
            Variant("defaults", {}),
            Variant("momentum 0.9", {"momentum": 0.9}),
            Variant("momentum 0.9, dampening 0.5", {"momentum": 0.9, "dampening": 0.5}),
            Variant("nesterov", {"momentum": 0.9, "nesterov": True}),
            Variant("odd lr", {"lr": 0.0371}),
            Variant("large momentum, odd lr", {"lr": 0.213, "momentum": 0.99}),
            Variant(
                "groups",
                {"momentum": 0.9},
                [{"match": "w", "momentum": 0.5}, {"match": "b", "lr": 0.02}],
            ),
        ],
        lambda o: (torch.optim.SGD, plain("lr", "momentum", "dampening", "nesterov")(o)),
        sgd_optax,
    ),
    "momentum": Optimizer(
        {"lr": 0.01, "momentum": 0.9},
        [
            Variant("defaults", {}),
            Variant("momentum 0", {"momentum": 0}),
            Variant("momentum 0.99, lr 0.3", {"momentum": 0.99, "lr": 0.3}),
            Variant("as PyTorch at a constant lr", {"lr": 0.05}, by_torch=torch_momentum),
        ],
        lambda o: (Momentum, plain("lr", "momentum")(o)),
        lambda o: optax.sgd(o["lr"], o["momentum"]),
    ),
    "nesterov": Optimizer(
        {"lr": 0.01, "momentum": 0.9},
        [
            Variant("defaults", {}),
            Variant("momentum 0", {"momentum": 0}),
            Variant("momentum 0.99, lr 0.3", {"momentum": 0.99, "lr": 0.3}),
            Variant("as PyTorch at a constant lr", {"lr": 0.05}, by_torch=torch_nesterov),
        ],
        lambda o: (Nesterov, plain("lr", "momentum")(o)),
        lambda o: optax.sgd(o["lr"], o["momentum"], nesterov=True),
    ),
    "adagrad": Optimizer(
        {"lr": 0.01, "lrDecay": 0, "initialAccumulator": 0, "eps": 1e-10},
        [
            Variant("defaults", {}),
            Variant("lrDecay 0.1", {"lrDecay": 0.1}),
            Variant("initialAccumulator 0.1", {"initialAccumulator": 0.1}),
            Variant("initialAccumulator 0.1, eps 0", {"initialAccumulator": 0.1, "eps": 0}),
            Variant("eps 1e-2, lr 1", {"eps": 1e-2, "lr": 1}),
            Variant(
                "everything",
                {"lr": 0.5, "lrDecay": 0.03, "initialAccumulator": 2.5, "eps": 1e-6},
            ),
        ],
        lambda o: (
            torch.optim.Adagrad,
            {
                "lr": o["lr"],
                "lr_decay": o["lrDecay"],
                "initial_accumulator_value": o["initialAccumulator"],
                "eps": o["eps"],
            },
        ),
        adagrad_optax,
    ),
    "adadelta": Optimizer(
        {"lr": 1, "rho": 0.95, "eps": 1e-6},
        [
            Variant("defaults", {}),
            Variant("rho 0.9", {"rho": 0.9}),
            Variant("eps 1e-2, lr 0.3", {"eps": 1e-2, "lr": 0.3}),
            Variant("rho 0", {"rho": 0}),
        ],
        lambda o: (torch.optim.Adadelta, plain("lr", "rho", "eps")(o)),
        lambda o: optax.adadelta(o["lr"], rho=o["rho"], eps=o["eps"]),
    ),
    "rmsprop": Optimizer(
        {"lr": 1e-3, "alpha": 0.9, "eps": 1e-8, "centered": False, "momentum": 0},
        [
            Variant("defaults", {}),
            Variant("alpha 0.99, lr 0.01", {"alpha": 0.99, "lr": 0.01}),
            Variant("centered", {"centered": True}),
            Variant("momentum 0.9", {"momentum": 0.9}),
            Variant("centered, momentum 0.9", {"centered": True, "momentum": 0.9}),
            Variant("eps 1e-2, alpha 0.5", {"eps": 1e-2, "alpha": 0.5}),
        ],
        lambda o: (torch.optim.RMSprop, plain("lr", "alpha", "eps", "centered", "momentum")(o)),
        rmsprop_optax,
    ),
    "adam": Optimizer(
        ADAM,
        [Variant("defaults", {}), *ADAM_ODD],
        lambda o: (torch.optim.Adam, adam_arguments(o)),
        adam_optax(optax.adam),
    ),
    "adamax": Optimizer(
        {**ADAM, "lr": 2e-3},
        [Variant("defaults", {}), *ADAM_ODD],
        lambda o: (torch.optim.Adamax, adam_arguments(o)),
        adam_optax(optax.adamax),
    ),
    "adamw": Optimizer(
        {**ADAM, "weightDecay": 1e-2},
        [
            Variant("defaults", {}),
            Variant("weightDecay 0.3, lr 0.1", {"weightDecay": 0.3, "lr": 0.1}),
            Variant("weightDecay 0", {"weightDecay": 0}),
            *ADAM_ODD,
            Variant(
                "groups",
                {"weightDecay": 0.1},
                [{"match": "b", "weightDecay": 0, "lr": 0.01}],
            ),
        ],
        lambda o: (torch.optim.AdamW, {**adam_arguments(o), "weight_decay": o["weightDecay"]}),
        lambda o: optax.adamw(
            o["lr"], o["beta1"], o["beta2"], o["eps"], weight_decay=o["weightDecay"]
        ),
    ),
    "amsgrad": Optimizer(
        ADAM,
        [Variant("defaults", {}), *ADAM_ODD, Variant("beta2 0", {"beta2": 0})],
        lambda o: (torch.optim.Adam, {**adam_arguments(o), "amsgrad": True}),
        amsgrad_optax,
    ),
}
