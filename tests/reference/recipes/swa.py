"""Stochastic weight averaging: PyTorch's AveragedModel, and in NumPy."""

import torch
from torch.optim.swa_utils import AveragedModel

from chains import ADAM, MOMENTUM, Link, numpy_chain
from recipe import Case, Recipe
from sources import TORCH, Trajectory, numbers, sample, shaped


def optimizer_of(name, o, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, o["lr"], o["momentum"], nesterov=o["nesterov"])
    betas = (o["beta1"], o["beta2"])
    if name == "adam":
        return torch.optim.Adam(parameters, o["lr"], betas, o["eps"])
    return torch.optim.AdamW(parameters, o["lr"], betas, o["eps"], o["weightDecay"])


class TorchAverage:
    """An optimizer and AveragedModel; before its first update, the average is the weights themselves."""

    def describe(self, case):
        (name, _), (_, options) = case.given
        return (
            f"{TORCH} torch.optim, {name}, and swa_utils.AveragedModel, updated from step "
            f"{options['start']} every {options['every']}"
        )

    def run(self, case, inputs, dtype):
        (name, given), (_, options) = case.given
        make = lambda a: torch.nn.Parameter(torch.from_numpy(a.copy()))  # noqa: E731
        start = shaped(inputs["parameters"], dtype)
        model = torch.nn.ParameterDict({n: make(a) for n, a in start.items()})
        averaged = AveragedModel(model)
        optimizer = optimizer_of(name, given, model.parameters())
        result = Trajectory()
        for step, gradients in enumerate(inputs["gradients"], start=1):
            for n, g in shaped(gradients, dtype).items():
                model[n].grad = torch.from_numpy(g.copy())
            optimizer.step()
            since = step - options["start"]
            if since >= 0 and since % options["every"] == 0:
                averaged.update_parameters(model)
            shown = averaged.module if since >= 0 else model
            array = lambda p: p.detach().numpy()  # noqa: E731
            sample(
                result,
                step,
                {n: array(p) for n, p in model.items()},
                {n: array(p) for n, p in shown.items()},
            )
        return result


def average(x, o):
    since = x.t - o["start"]
    if since <= 0:
        x.kept["mean"] = x.p
    elif since % o["every"] == 0:
        count = since // o["every"]
        x.kept["mean"] = (x.kept["mean"] * count + x.p) / (count + 1)


SWA = Link(
    "",
    "mean = (n mean + p) / (n + 1) from step start every so many",
    average,
    lambda x: x.kept["mean"],
)


def swa(start, every):
    return ["swa", {"start": start, "every": every}]


RECIPE = Recipe(
    source=TorchAverage(),
    check=numpy_chain(swa=SWA),
    cases=[
        Case("defaults", chain=[["adam", ADAM], swa(1, 1)]),
        Case("from step 10", chain=[["sgd", MOMENTUM], swa(10, 1)]),
        Case("from step 2, every third", chain=[["adam", {**ADAM, "lr": 0.1}], swa(2, 3)]),
        Case("not yet", chain=[["sgd", MOMENTUM], swa(100, 2)]),
        Case(
            "with decay",
            chain=[["adamw", {**ADAM, "lr": 0.1, "weightDecay": 0.3}], swa(5, 5)],
        ),
    ],
)
