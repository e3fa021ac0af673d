"""The cases that Adam and its nearest relatives share: PyTorch's names of their options, and unusual options."""

from recipe import Case

ODD = {
    "beta1 0": {"beta1": 0},
    "beta2 0.5": {"beta2": 0.5},
    "eps 1e-3": {"eps": 1e-3},
    "lr 10": {"lr": 10},
    "slow beta1, fast beta2": {"beta1": 0.99, "beta2": 0.9},
}


def odd_cases(defaults: dict) -> list[Case]:
    return [Case(label, {**defaults, **changes}) for label, changes in ODD.items()]


def torch_arguments(o: dict) -> dict:
    betas = (float(o["beta1"]), float(o["beta2"]))
    return {"lr": o["lr"], "betas": betas, "eps": o["eps"]}
