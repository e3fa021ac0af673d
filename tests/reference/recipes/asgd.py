"""ASGD: PyTorch, whose average is Gradus' weights to evaluate; and its formula."""

import torch

from recipe import Case, PerTensor, Recipe, torch_source, transcription

DEFAULTS = {"lr": 1e-2, "lambda": 1e-4, "alpha": 0.75, "t0": 1e6}


class Asgd(PerTensor):
    formula = (
        "eta = lr / (1 + lambda lr (t - 1))^alpha; p = (1 - lambda eta) p - eta g; "
        "average += (p - average) / max(1, t - 1 - t0)"
    )
    start = {"average": 0}

    def update(self, p, g, s, t, o):
        decay = getattr(o, "lambda")
        eta = o.lr / (1 + decay * o.lr * (t - 1)) ** o.alpha
        p = (1 - decay * eta) * p - eta * g
        s.average = s.average + (p - s.average) / max(1, t - 1 - o.t0)
        return p

    def evaluation(self, parameters):
        return {name: self.states[name].average for name in parameters}


def arguments(o: dict) -> dict:
    return {"lr": o["lr"], "lambd": o["lambda"], "alpha": o["alpha"], "t0": o["t0"]}


def average(optimizer: torch.optim.Optimizer, parameters: dict) -> dict:
    return {name: optimizer.state[p]["ax"].numpy() for name, p in parameters.items()}


RECIPE = Recipe(
    source=torch_source(
        lambda o: (torch.optim.ASGD, arguments(o)), link="asgd", evaluation=average
    ),
    check=transcription(Asgd, link="asgd"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("averages from the start", {**DEFAULTS, "t0": 0}),
        Case("averages from step 7, lr 0.1", {**DEFAULTS, "t0": 5, "lr": 0.1}),
        Case("averages from 3.4 steps on", {**DEFAULTS, "t0": 3.4, "lr": 0.1}),
        Case("averages from 0.5 steps on", {**DEFAULTS, "t0": 0.5}),
        Case("strong decay", {**DEFAULTS, "lambda": 0.2, "lr": 0.03, "t0": 3}),
        Case("alpha 0, lambda 0", {**DEFAULTS, "alpha": 0, "lambda": 0, "t0": 1}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["asgd", {**DEFAULTS, "t0": 2}]]),
    ],
)
