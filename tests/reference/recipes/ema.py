"""Exponential moving average: PyTorch's function, from the first step on, and in NumPy."""

from chains import ADAM, Link, numpy_chain
from recipe import Case, Recipe, torch_chain
from recipes import adam, adamw, sgd
from recipes.clipByGlobalNorm import CLIP_BY_GLOBAL_NORM, global_norm

SGD = {**sgd.DEFAULTS, "lr": 0.1}
ADAMW = {**adamw.DEFAULTS, "lr": 0.1, "weightDecay": 0.3}


def average(x, o):
    decay, before = o["decay"], x.kept.get("mean", 0 * x.p if o["debias"] else x.start)
    mean = decay * before + (1 - decay) * x.p
    x.kept.update(mean=mean, shown=mean / (1 - decay**x.t) if o["debias"] else mean)


EMA = Link(
    "",
    "average = decay average + (1 - decay) p, from p; with debias from 0, over 1 - decay^t",
    average,
    lambda x: x.kept["shown"],
)


def mean(decay: float, debias: bool = False) -> list:
    return ["ema", {"decay": decay, "debias": debias}]


RECIPE = Recipe(
    source=torch_chain(adam=adam.by_torch, adamw=adamw.by_torch, sgd=sgd.by_torch),
    check=numpy_chain(ema=EMA, clipByGlobalNorm=CLIP_BY_GLOBAL_NORM),
    cases=[
        Case("defaults", chain=[["adam", ADAM], mean(0.999)]),
        Case("fast", chain=[["sgd", SGD], mean(0.5)]),
        Case("decay 0", chain=[["adam", ADAM], mean(0)]),
        Case("debias", chain=[["adam", {**ADAM, "lr": 0.1}], mean(0.999, debias=True)]),
        Case("debias, fast", chain=[["sgd", SGD], mean(0.5, debias=True)]),
        Case(
            "clipping, decay and average together",
            chain=[global_norm(9), ["adamw", ADAMW], mean(0.8)],
            clipped="some",
        ),
    ],
)
