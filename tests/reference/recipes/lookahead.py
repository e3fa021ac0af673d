"""Lookahead: Optax, whose parameters are pairs of fast and slow weights, and in NumPy."""

import jax
import optax

from chains import ADAM, MOMENTUM, Link, OptaxChain, learning_rate, numpy_chain
from recipe import Case, Recipe
from sources import OPTAX, Trajectory, sample, shaped


class OptaxLookahead(OptaxChain):
    """A chain that ends with lookahead."""

    def describe(self, case):
        return f"{OPTAX} lookahead around {case.given[0][0]}"

    def run(self, case, inputs, dtype):
        *links, (_, options) = case.given
        fast = optax.chain(
            *(self.transformation(*link) for link in links),
            optax.scale_by_learning_rate(learning_rate(case.given)),
        )
        around = optax.lookahead(fast, options["syncPeriod"], options["slowStepSize"])
        start = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], dtype))
        pair = optax.LookaheadParams.init_synced(start)
        state = around.init(pair)
        update = jax.jit(around.update)
        result = Trajectory()
        for step, gradients in enumerate(inputs["gradients"], start=1):
            updates, state = update(shaped(gradients, dtype), state, pair)
            pair = optax.apply_updates(pair, updates)
            sample(result, step, pair.fast, pair.slow)
        return result


def lookahead(x, o):
    if x.t % o["syncPeriod"] != 0:
        return x.p
    slow = x.kept.get("slow", x.start)
    x.kept["slow"] = slow + o["slowStepSize"] * (x.p - slow)
    return x.kept["slow"]


LOOKAHEAD = Link(
    "p",
    "every syncPeriod steps p = slow = slow + slowStepSize (p - slow)",
    lookahead,
    lambda x: x.kept.get("slow", x.start),
)


def every(period, size):
    return ["lookahead", {"syncPeriod": period, "slowStepSize": size}]


RECIPE = Recipe(
    source=OptaxLookahead({}, {}),
    check=numpy_chain(lookahead=LOOKAHEAD),
    cases=[
        Case("defaults", chain=[["adam", ADAM], every(5, 0.8)]),
        Case("every other step", chain=[["sgd", MOMENTUM], every(2, 0.5)]),
        Case("every step", chain=[["adam", {**ADAM, "lr": 0.1}], every(1, 0.3)]),
        Case("never within these steps", chain=[["adam", ADAM], every(100, 0.5)]),
        Case(
            "decay in the optimizer",
            chain=[["adamw", {**ADAM, "lr": 0.1, "weightDecay": 0.3}], every(6, 0.5)],
        ),
    ],
)
