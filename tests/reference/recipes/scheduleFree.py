"""Schedule-Free around an optimizer: Optax, and in NumPy."""

import jax
import optax

from chains import ADAM, MOMENTUM, SGD, Link, OptaxChain, learning_rate, numpy_chain
from recipe import Case, Recipe
from sources import OPTAX, Trajectory, sample, shaped


class OptaxScheduleFree(OptaxChain):
    """A chain that ends with scheduleFree."""

    def describe(self, case):
        return f"{OPTAX} contrib.schedule_free around {case.given[0][0]}"

    def run(self, case, inputs, dtype):
        *links, (_, options) = case.given
        base = optax.chain(
            *(self.transformation(*link) for link in links),
            optax.scale_by_learning_rate(learning_rate(case.given)),
        )
        around = optax.contrib.schedule_free(
            base, options["rate"], options["beta"], options["weightRatePower"]
        )
        parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], dtype))
        state = around.init(parameters)
        update = jax.jit(around.update)
        result = Trajectory()
        for step, gradients in enumerate(inputs["gradients"], start=1):
            updates, state = update(shaped(gradients, dtype), state, parameters)
            parameters = optax.apply_updates(parameters, updates)
            evaluated = optax.contrib.schedule_free_eval_params(state, parameters)
            sample(result, step, parameters, evaluated)
        return result


def schedule_free(x, o):
    beta, kept = o["beta"], x.kept
    z, mean = kept.get("z", x.start), kept.get("x", x.start)
    largest = max(kept.get("largest", 0), o["rate"])
    total = kept.get("total", 0) + largest ** o["weightRatePower"]
    share = largest ** o["weightRatePower"] / total
    z = z + (x.p - ((1 - beta) * z + beta * mean))
    mean = (1 - share) * mean + share * z
    kept.update(z=z, x=mean, largest=largest, total=total)
    return (1 - beta) * z + beta * mean


LINK = Link(
    "p",
    "z += p - ((1 - beta) z + beta x); x = (1 - c) x + c z; p = (1 - beta) z + beta x",
    schedule_free,
    lambda x: x.kept["x"],
)


def around(beta, rate, power):
    return ["scheduleFree", {"beta": beta, "rate": rate, "weightRatePower": power}]


RMS = {**ADAM, "lr": 0.05, "beta1": 0}

RECIPE = Recipe(
    source=OptaxScheduleFree({}, {}),
    check=numpy_chain(scheduleFree=LINK),
    cases=[
        Case("defaults", chain=[["adam", RMS], around(0.9, 1, 2)]),
        Case("sgd, half way", chain=[["sgd", {**SGD, "lr": 0.05}], around(0.5, 0.05, 2)]),
        Case("momentum, nearer", chain=[["sgd", MOMENTUM], around(0.98, 0.01, 0)]),
        Case(
            "decay at the points for gradients",
            chain=[["adamw", {**RMS, "weightDecay": 0.1}], around(0.9, 0.05, 1)],
        ),
    ],
)
