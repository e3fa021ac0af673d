"""Mechanic: the paper's equations in NumPy, and Optax if its eps does not matter."""

from dataclasses import dataclass
from math import sqrt

import jax
import numpy as np
import optax

from chains import ADAM, MOMENTUM, SGD, OptaxChain, learning_rate
from recipe import Case, Recipe, transcription
from reductions import total
from sources import OPTAX, Trajectory, sample, shaped

BETAS = [1 - 0.1**i for i in range(1, 7)]


class Base:
    """Adam or SGD with momentum at its learning rate: the update that is scaled."""

    def __init__(self, name, options):
        self.name, self.o, self.t = name, options, 0
        self.kept = {}

    def update(self, name, g):
        o = self.o
        m, v = self.kept.get(name, (0 * g, 0 * g))
        if self.name == "adam":
            m = o["beta1"] * m + (1 - o["beta1"]) * g
            v = o["beta2"] * v + (1 - o["beta2"]) * g * g
            root = np.sqrt(v / (1 - o["beta2"] ** self.t)) + o["eps"]
            u = (m / (1 - o["beta1"] ** self.t)) / root
        else:
            m = o["momentum"] * m + g
            u = m
        self.kept[name] = m, v
        return -(o["lr"] * u)


class Mechanic:
    formula = (
        "Mechanic over all tensors: Delta sums the base's updates; h = -<Delta, g + weightDecay s norm(g) / "
        "(norm(x) + eps) x>; for each beta m = max(beta m, abs(h) + eps), v = beta^2 v + h^2, r = beta r + "
        "clip(h, -m, m) s, s = (sInit / 6 m + max(0, r)) / (sqrt(v) + eps); x = x0 + sum(s) Delta"
    )

    def __init__(self, chain):
        (name, options), (_, self.o) = chain
        self.base = Base(name, options)

    def state(self, parameters):
        self.x0 = parameters
        self.delta = {n: 0 * p for n, p in parameters.items()}
        self.m, self.v, self.r = np.zeros(6), np.zeros(6), np.zeros(6)
        self.s = np.full(6, self.o["sInit"])

    def step(self, parameters, gradients):
        o, beta, scale = self.o, np.array(BETAS), float(np.sum(self.s))
        self.base.t += 1
        norm = sqrt(total({n: p * p for n, p in parameters.items()})) + o["eps"]
        length = sqrt(total({n: g * g for n, g in gradients.items()}))
        decay = o["weightDecay"] * scale * length / norm
        moved = {n: (gradients[n] + decay * p) * self.delta[n] for n, p in parameters.items()}
        h = -total(moved)
        bounded = np.clip(h, -self.m, self.m)
        self.m = np.maximum(beta * self.m, abs(h) + o["eps"])
        self.v = beta**2 * self.v + h**2
        self.r = beta * self.r + bounded * self.s
        wealth = o["sInit"] / 6 * self.m + np.maximum(0, self.r)
        self.s = wealth / (np.sqrt(self.v) + o["eps"])
        self.delta = {n: d + self.base.update(n, gradients[n]) for n, d in self.delta.items()}
        scale = float(np.sum(self.s))
        return {n: x + scale * self.delta[n] for n, x in self.x0.items()}


@dataclass(frozen=True)
class OptaxMechanic(OptaxChain):
    """A chain that ends with mechanize."""

    def describe(self, case):
        return f"{OPTAX} contrib.mechanize around {case.given[0][0]}"

    def run(self, case, inputs, dtype):
        *links, (_, o) = case.given
        base = optax.chain(
            *(self.transformation(*link) for link in links),
            optax.scale_by_learning_rate(learning_rate(case.given)),
        )
        around = optax.contrib.mechanize(base, o["weightDecay"], o["eps"], o["sInit"])
        parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], dtype))
        state = around.init(parameters)
        update = jax.jit(around.update)
        result = Trajectory()
        for step, gradients in enumerate(inputs["gradients"], start=1):
            updates, state = update(shaped(gradients, dtype), state, parameters)
            parameters = optax.apply_updates(parameters, updates)
            sample(result, step, parameters, None)
        return result


EPS = "Optax' delta has eps below it"


def mechanic(**changes):
    return ["mechanize", {"weightDecay": 0.01, "sInit": 1e-6, "eps": 1e-8, **changes}]


RECIPE = Recipe(
    source=transcription(Mechanic),
    check=OptaxMechanic({}, {}),
    cases=[
        Case("defaults", chain=[["adam", {**ADAM, "lr": 1}], mechanic()], unchecked=EPS),
        Case("eps 1e-30", chain=[["adam", {**ADAM, "lr": 1}], mechanic(eps=1e-30)]),
        Case(
            "sInit 0.01, no decay",
            chain=[["sgd", {**SGD, "lr": 1}], mechanic(sInit=0.01, weightDecay=0, eps=1e-30)],
        ),
        Case(
            "momentum, decay 1",
            chain=[["sgd", MOMENTUM], mechanic(sInit=0.1, weightDecay=1, eps=1e-30)],
        ),
        Case("eps 0.1", chain=[["sgd", MOMENTUM], mechanic(sInit=0.1, eps=0.1)], unchecked=EPS),
    ],
)
