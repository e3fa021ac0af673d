"""The sources of reference trajectories: PyTorch, Optax, or formulas in NumPy.

Each source takes a function of the case's options, or for a chain of the list of
[name, options]. With `link="name"` the function always gets the options of that link, and the links
before and after it come from LINKS here.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

import jax
import numpy as np
import optax
import torch

from inputs import SHAPES

SAMPLED_STEPS = (1, 2, 10, 25)
TORCH = "torch " + torch.__version__.split("+")[0]
OPTAX = "optax " + optax.__version__

Tensors = dict[str, np.ndarray]


@dataclass
class Trajectory:
    """The tensors and the weights to evaluate after the sampled steps."""

    parameters: dict[str, dict] = field(default_factory=dict)
    norms: list = field(default_factory=list)  # of each step's gradient, if it is clipped
    evaluation: dict[str, dict] = field(default_factory=dict)


def numbers(array) -> list:
    """Row-major numbers of the array's own type."""
    flat = np.asarray(array).reshape(-1)
    return flat.tolist() if flat.dtype == np.float64 else list(flat)


def sample(result: Trajectory, step: int, parameters: dict, evaluation: dict | None) -> None:
    """Record this step's tensors if it is one of the sampled steps."""
    if step in SAMPLED_STEPS:
        result.parameters[str(step)] = {n: numbers(a) for n, a in parameters.items()}
        if evaluation is not None:
            result.evaluation[str(step)] = {n: numbers(a) for n, a in evaluation.items()}


def shaped(tensors: dict, dtype: str) -> Tensors:
    """The flat inputs as arrays with their shapes, in the given type."""
    return {n: np.asarray(a, dtype=dtype).reshape(SHAPES[n]) for n, a in tensors.items()}


def scalars(inputs: dict, step: int) -> dict:
    """The inputs of this step besides gradients, such as its loss."""
    return {name: values[step - 1] for name, values in inputs["scalars"].items()}


def listed(options: dict) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in options.items())


def called_in(make: Callable, module) -> str:
    """The name that `make` calls in `module`, such as "optax.contrib.prodigy"."""
    names = [name for name in make.__code__.co_names if name != module.__name__]
    try:
        reduce(getattr, names, module)
    except AttributeError:
        raise ValueError(
            f"pass the name of what is called: {inspect.getsource(make).strip()}"
        ) from None
    return ".".join([module.__name__, *names])


def clip_by_norm(gradients: Tensors, options: dict) -> Tensors:
    limit = options["maxNorm"]
    return {n: g * (limit / max(np.linalg.norm(g), limit)) for n, g in gradients.items()}


def clip_by_value(gradients: Tensors, options: dict) -> Tensors:
    limit = options["maxValue"]
    return {n: np.clip(g, -limit, limit) for n, g in gradients.items()}


def add_l2(gradients: Tensors, options: dict, parameters: Tensors) -> Tensors:
    return {n: g + options["l2"] * parameters[n] for n, g in gradients.items()}


def per_tensor(make: Callable[[], optax.GradientTransformation]) -> optax.GradientTransformation:
    """An Optax transformation applied to each tensor separately."""
    return optax.partition({name: make() for name in SHAPES}, {name: name for name in SHAPES})


OPTAX_LINKS = {
    "l2": lambda o: optax.add_decayed_weights(o["l2"]),
    "clipByValue": lambda o: optax.clip(o["maxValue"]),
    "clipByNorm": lambda o: per_tensor(lambda: optax.clip_by_global_norm(o["maxNorm"])),
}
NUMPY_LINKS = {
    "l2": add_l2,
    "clipByValue": lambda gradients, options, _: clip_by_value(gradients, options),
    "clipByNorm": lambda gradients, options, _: clip_by_norm(gradients, options),
}


def split(given: dict | list, link: str | None) -> tuple[list, dict | list]:
    """The links before the named one, and its options; without a name, all options are its own."""
    if link is None or isinstance(given, dict):
        return [], given
    place = [name for name, _ in given].index(link)
    if place != len(given) - 1:
        raise ValueError(f"{link} is not the last of its chain: make the whole chain by hand")
    return given[:place], given[place][1]


@dataclass(frozen=True)
class OptaxSource:
    make: Callable
    link: str | None
    name: str
    evaluation: Callable | None

    def describe(self, case) -> str:
        before, own = split(case.given, self.link)
        links = [f"{name}({listed(options)})" for name, options in before]
        arguments = f"({listed(own)}) in Gradus's names" if isinstance(own, dict) else ""
        return f"{OPTAX} " + ", then ".join([*links, self.name + arguments])

    def run(self, case, inputs: dict, dtype: str) -> Trajectory:
        before, own = split(case.given, self.link)
        links = [OPTAX_LINKS[name](options) for name, options in before]
        transformation = optax.with_extra_args_support(optax.chain(*links, self.make(own)))
        parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], dtype))
        state = transformation.init(parameters)
        update = jax.jit(transformation.update)
        result = Trajectory()
        for step, gradients in enumerate(inputs["gradients"], start=1):
            extra = scalars(inputs, step)
            if "loss" in extra:  # Optax' name for the loss
                extra["value"] = extra.pop("loss")
            updates, state = update(shaped(gradients, dtype), state, parameters, **extra)
            parameters = optax.apply_updates(parameters, updates)
            evaluated = self.evaluation(state, parameters) if self.evaluation else None
            sample(result, step, parameters, evaluated)
        return result


def optax_source(
    make: Callable, name: str | None = None, *, link: str | None = None, evaluation=None
) -> OptaxSource:
    """Optax' transformation `make(options)`; `evaluation(state, parameters)` gives its weights."""
    return OptaxSource(make, link, name or called_in(make, optax), evaluation)


@dataclass(frozen=True)
class Transcription:
    kind: type
    link: str | None

    def describe(self, case) -> str:
        before, _ = split(case.given, self.link)
        links = [f"{name}({listed(options)})" for name, options in before]
        return ", then ".join([*links, self.kind.formula]) + ", operation by operation in NumPy"

    def run(self, case, inputs: dict, dtype: str) -> Trajectory:
        before, own = split(case.given, self.link)
        optimizer = self.kind(own)
        parameters = shaped(inputs["parameters"], dtype)
        optimizer.state(parameters)
        result = Trajectory()
        for step, given in enumerate(inputs["gradients"], start=1):
            gradients = shaped(given, dtype)
            for name, options in before:
                gradients = NUMPY_LINKS[name](gradients, options, parameters)
            parameters = optimizer.step(parameters, gradients, **scalars(inputs, step))
            for name, a in parameters.items():
                if a.dtype != dtype:
                    raise TypeError(f"{case.label}: {name} became {a.dtype} in {dtype}")
            evaluate = getattr(optimizer, "evaluation", None)
            sample(result, step, parameters, evaluate and evaluate(parameters))
        return result


def transcription(kind: type, *, link: str | None = None) -> Transcription:
    """A formula in NumPy, computed in the type of the given arrays.

    `kind(options)` has `formula`, for the file; `state(parameters)`, called once;
    `step(parameters, gradients)`, which returns the new parameters, as dictionaries of tensors; and
    `evaluation(parameters)` if other weights are evaluated. `step` gets a case's inputs by name.
    """
    return Transcription(kind, link)
