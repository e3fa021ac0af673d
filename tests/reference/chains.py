"""Chains with transforms, for recipes: with Optax, and with formulas in NumPy.

A chain is a list of [name, options] in Gradus's names and order. Links before the optimizer
change the gradient g, links after it the direction u or the parameter p; p -= lr u happens
after the last link that makes u.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import numpy as np
import optax

from sources import OPTAX, Trajectory, sample, shaped

Chain = list  # of [name, options]


@dataclass
class Tensor:
    """One tensor within a step."""

    t: int
    p: np.ndarray
    g: np.ndarray
    start: np.ndarray  # the parameter before the first step
    u: np.ndarray | None = None
    all: "list[Tensor]" = field(default_factory=list)  # the tensors of this step
    kept: dict = field(default_factory=dict)  # this link's state of this tensor


class Link(NamedTuple):
    """One link in NumPy: the value that it changes, its formula, and the weights to evaluate."""

    makes: str  # "g", "u" or "p"; "" for a link that only keeps something
    formula: str
    value: Callable[[Tensor, dict], np.ndarray | None]
    evaluation: Callable[[Tensor], np.ndarray] | None = None


def adam(x: Tensor, o: dict) -> np.ndarray:
    m = o["beta1"] * x.kept.get("m", 0 * x.g) + (1 - o["beta1"]) * x.g
    v = o["beta2"] * x.kept.get("v", 0 * x.g) + (1 - o["beta2"]) * x.g * x.g
    x.kept.update(m=m, v=v)
    return (m / (1 - o["beta1"] ** x.t)) / (np.sqrt(v / (1 - o["beta2"] ** x.t)) + o["eps"])


def sgd(x: Tensor, o: dict) -> np.ndarray:
    b = o["momentum"] * x.kept.get("b", 0 * x.g) + x.g
    x.kept.update(b=b)
    return x.g + o["momentum"] * b if o["nesterov"] else b


def norm(value: np.ndarray, order: float | str = 2) -> float:
    """In float64, like scalars in Gradus."""
    return float(np.linalg.norm(value.astype(np.float64).reshape(-1), float(order)))


def clip_by_norm(x: Tensor, o: dict) -> np.ndarray:
    return x.g * (o["maxNorm"] / max(norm(x.g, o.get("order", 2)), o["maxNorm"]))


NUMPY: dict[str, Link] = {
    "adam": Link("u", "u = Adam's direction", adam),
    "adamw": Link("u", "u = AdamW's", lambda x, o: adam(x, o) + o["weightDecay"] * x.p),
    "sgd": Link("u", "u = SGD's direction", sgd),
    "l2": Link("g", "g = g + l2 p", lambda x, o: x.g + o["l2"] * x.p),
    "clipByNorm": Link("g", "g = g maxNorm / max(norm(g), maxNorm)", clip_by_norm),
}

OPTAX_LINKS: dict[str, Callable[[dict], optax.GradientTransformation]] = {
    "adam": lambda o: optax.scale_by_adam(o["beta1"], o["beta2"], o["eps"]),
    "adamw": lambda o: optax.chain(
        optax.scale_by_adam(o["beta1"], o["beta2"], o["eps"]),
        optax.add_decayed_weights(o["weightDecay"]),
    ),
    "sgd": lambda o: optax.trace(o["momentum"], o["nesterov"]),
    "l2": lambda o: optax.add_decayed_weights(o["l2"]),
}

ADAM = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
SGD = {"lr": 0.1, "momentum": 0, "dampening": 0, "nesterov": False}
MOMENTUM = {**SGD, "lr": 0.01, "momentum": 0.9}
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")


def learning_rate(chain: Chain) -> float:
    return next(options["lr"] for name, options in chain if name in OPTIMIZERS)


def apply(link: Link, options: dict, tensors: dict[str, Tensor], kept: dict) -> dict | None:
    """Applies one link to all tensors; returns the weights to evaluate, if any."""
    for name, x in tensors.items():
        x.all, x.kept = list(tensors.values()), kept[name]
    # All of them first, because a global norm uses the earlier values.
    made = {name: link.value(x, options) for name, x in tensors.items()}
    for name, x in tensors.items():
        if link.makes:
            setattr(x, link.makes, made[name])
    return link.evaluation and {name: link.evaluation(x) for name, x in tensors.items()}


@dataclass(frozen=True)
class NumpyChain:
    """Every link's formula, with each operation in the type of the parameters."""

    links: dict[str, Link]

    def known(self, case) -> list[tuple[Link, dict]]:
        return [({**NUMPY, **self.links}[name], options) for name, options in case.given]

    def describe(self, case) -> str:
        formulas = [link.formula for link, _ in self.known(case)]
        return "; then ".join(formulas) + "; operation by operation in NumPy"

    def run(self, case, inputs: dict, dtype: str) -> Trajectory:
        chain = self.known(case)
        last = max(i for i, (link, _) in enumerate(chain) if link.makes == "u")
        lr = learning_rate(case.given)
        parameters = start = shaped(inputs["parameters"], dtype)
        kept = [{name: {} for name in parameters} for _ in chain]
        result = Trajectory()
        for t, given in enumerate(inputs["gradients"], start=1):
            gradients = shaped(given, dtype)
            tensors = {n: Tensor(t, p, gradients[n], start[n]) for n, p in parameters.items()}
            evaluation = None
            for index, (link, options) in enumerate(chain):
                evaluation = apply(link, options, tensors, kept[index]) or evaluation
                if index == last:
                    for x in tensors.values():
                        x.p = x.p - lr * x.u
            parameters = {name: x.p for name, x in tensors.items()}
            for name, p in parameters.items():
                if p.dtype != dtype:
                    raise TypeError(f"{case.label}: {name} became {p.dtype} in {dtype}")
            sample(result, t, parameters, evaluation)
        return result


def numpy_chain(**links: Link) -> NumpyChain:
    """Chains of the given links, and of those known here."""
    return NumpyChain(links)


class Projection(NamedTuple):
    """Optax' name, and a function of all new parameters and the options."""

    name: str
    value: Callable[[dict, dict], dict]


@dataclass(frozen=True)
class OptaxChain:
    """Links as Optax' transformations; projections are applied after the update."""

    links: dict[str, Callable[[dict], optax.GradientTransformation]]
    projections: dict[str, Projection]

    def describe(self, case) -> str:
        links = {**OPTAX_LINKS, **self.links}
        before = [links[name] for name, _ in case.given if name in links]
        behind = [self.projections[name] for name, _ in case.given if name in self.projections]
        names = [n for make in before for n in make.__code__.co_names if hasattr(optax, n)]
        called = [n for n in names if n != "chain"] + ["scale_by_learning_rate"]
        return f"{OPTAX} " + ", then ".join([*called, *(each.name for each in behind)])

    def transformation(self, name: str, options: dict) -> optax.GradientTransformation:
        return {**OPTAX_LINKS, **self.links}[name](options)

    def run(self, case, inputs: dict, dtype: str) -> Trajectory:
        before = [link for link in case.given if link[0] not in self.projections]
        links = [self.transformation(*link) for link in before]
        rate = optax.scale_by_learning_rate(learning_rate(case.given))
        transformation = optax.chain(*links, rate)
        parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], dtype))
        state = transformation.init(parameters)
        update = jax.jit(transformation.update)
        result = Trajectory()
        for step, gradients in enumerate(inputs["gradients"], start=1):
            updates, state = update(shaped(gradients, dtype), state, parameters)
            parameters = optax.apply_updates(parameters, updates)
            for name, options in case.given:
                if name in self.projections:
                    parameters = self.projections[name].value(parameters, options)
            sample(result, step, parameters, None)
        return result


def optax_chain(projections: dict[str, Projection] | None = None, **links) -> OptaxChain:
    """Chains of these links, made from their options, and of those known here."""
    return OptaxChain(links, projections or {})
