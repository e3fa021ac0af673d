"""The average with weights that grow as a power of the step: as the recursion in the authors' text."""

from chains import ADAM, MOMENTUM, Link, numpy_chain
from recipe import Case, Recipe


def average(x, o):
    share = (o["gamma"] + 1) / (x.t + o["gamma"])
    mean = (1 - share) * x.kept.get("mean", x.start) + share * x.p
    x.kept.update(mean=mean)


AVERAGE = Link(
    "",
    "average = (1 - share) average + share p, share = (gamma + 1) / (t + gamma)",
    average,
    lambda x: x.kept["mean"],
)


def mean(gamma):
    return ["polynomialAverage", {"gamma": gamma}]


RECIPE = Recipe(
    source=numpy_chain(polynomialAverage=AVERAGE),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 0.1}], mean(8)]),
        Case("gamma 0", chain=[["sgd", MOMENTUM], mean(0)]),
        Case("gamma 2.5", chain=[["sgd", MOMENTUM], mean(2.5)]),
    ],
)
