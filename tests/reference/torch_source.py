"""PyTorch's single-tensor optimizers on the recorded gradients, with its clipping and averaging."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn

from sources import TORCH, Trajectory, listed, sample, shaped


def clip_by_global_norm(parameters: list, options: dict) -> torch.Tensor:
    if options["eps"] != 1e-6:
        raise ValueError("torch.nn.utils.clip_grad_norm_ has a fixed eps of 1e-6")
    order = float(options.get("order", 2))
    return torch.nn.utils.clip_grad_norm_(parameters, options["maxNorm"], order, foreach=False)


def clip_by_norm(parameters: list, options: dict) -> None:
    """g * maxNorm / max(norm(g), maxNorm) for each tensor separately; Keras's clipnorm."""
    for p in parameters:
        norm = torch.linalg.vector_norm(p.grad, float(options.get("order", 2)))
        p.grad.mul_(options["maxNorm"] / torch.clamp(norm, min=options["maxNorm"]))


def clip_by_value(parameters: list, options: dict) -> None:
    torch.nn.utils.clip_grad_value_(parameters, options["maxValue"], foreach=False)


def add_l2(parameters: list, options: dict) -> None:
    for p in parameters:
        p.grad.add_(p.detach(), alpha=options["l2"])


GRADIENT_LINKS = {
    "clipByGlobalNorm": (clip_by_global_norm, "torch.nn.utils.clip_grad_norm_"),
    "clipByNorm": (clip_by_norm, "per tensor g * maxNorm / max(norm(g), maxNorm)"),
    "clipByValue": (clip_by_value, "torch.nn.utils.clip_grad_value_"),
    "l2": (add_l2, "per tensor g + l2 * p"),
}


class Average:
    """`ema` after the optimizer: an average of the parameters after each step, and before the first."""

    def __init__(self, options: dict, parameters: list):
        self.decay, self.debias = options["decay"], options["debias"]
        start = torch.zeros_like if self.debias else torch.clone
        self.values = [start(p.detach()) for p in parameters]
        self.update = get_ema_multi_avg_fn(self.decay)
        self.steps = 0

    def __call__(self, parameters: list) -> list:
        self.steps += 1
        self.update(self.values, [p.detach() for p in parameters], None)
        weight = 1 - self.decay**self.steps if self.debias else 1
        return [value / weight for value in self.values]

    @staticmethod
    def describe(options: dict) -> str:
        call = f"torch.optim.swa_utils.get_ema_multi_avg_fn({options['decay']!r})"
        return f"{call} from zeros, divided by 1 - decay^t" if options["debias"] else call


@dataclass(frozen=True)
class Parts:
    """A chain around its optimizer: the class and arguments, gradient links, average."""

    before: list
    kind: type
    arguments: dict
    average: dict | None  # the options of `ema`

    @property
    def is_formula(self) -> bool:
        return hasattr(self.kind, "formula")


@dataclass(frozen=True)
class TorchSource:
    makers: dict[str | None, Callable]  # by the link that they make; None makes any
    evaluation: Callable | None = None

    def parts(self, case, overrides: dict | None = None) -> Parts:
        """The parts of the case; `l2` right before the optimizer is its weight_decay."""
        before, name, options, behind = [], None, case.given, []
        if None not in self.makers:
            chain = case.chain or [[next(iter(self.makers)), case.options]]
            place = next(i for i, (link, _) in enumerate(chain) if link in self.makers)
            before, (name, options), behind = chain[:place], chain[place], chain[place + 1 :]
        kind, arguments = self.makers[name]({**options, **overrides} if overrides else options)
        decays = "weight_decay" in inspect.signature(kind).parameters
        if before and before[-1][0] == "l2" and decays:
            arguments = {**arguments, "weight_decay": before[-1][1]["l2"]}
            before = before[:-1]
        if not hasattr(kind, "formula"):
            arguments = {**arguments, "foreach": False}
        return Parts(before, kind, arguments, dict(behind).get("ema"))

    def describe(self, case) -> str:
        parts = self.parts(case)
        call = f"{TORCH} torch.optim.{parts.kind.__name__}({listed(parts.arguments)})"
        if parts.is_formula:
            call = f"{parts.kind.formula} on {TORCH} tensors, operation by operation"
        texts = [*(GRADIENT_LINKS[name][1] for name, _ in parts.before), call]
        if case.groups:
            texts.append("a param_group for each tensor")
        if case.rates:
            texts.append(f"lr from {case.rates.source}")
        if parts.average:
            texts.append(Average.describe(parts.average))
        return ", then ".join(texts)

    def optimizer(self, case, parameters: dict) -> torch.optim.Optimizer:
        """A param_group for each tensor, with the overrides of its group in Gradus."""
        overrides = {group["match"]: group for group in case.groups or []}
        groups = []
        for name, p in parameters.items():
            arguments = self.parts(case, overrides.get(name)).arguments
            own = {key: value for key, value in arguments.items() if key != "foreach"}
            groups.append({"params": [p], **own})
        parts = self.parts(case)
        return parts.kind(groups, **parts.arguments)

    def run(self, case, inputs: dict, dtype: str) -> Trajectory:
        torch.set_default_dtype(getattr(torch, dtype))  # the type of an optimizer's scalars
        try:
            return self.steps(case, inputs, dtype)
        finally:
            torch.set_default_dtype(torch.float32)

    def steps(self, case, inputs: dict, dtype: str) -> Trajectory:
        parts = self.parts(case)
        # Copies: PyTorch updates in place.
        tensor = lambda a: torch.from_numpy(np.array(a))  # noqa: E731
        start = shaped(inputs["parameters"], dtype)
        named = {n: torch.nn.Parameter(tensor(a)) for n, a in start.items()}
        parameters = list(named.values())
        optimizer = self.optimizer(case, named)
        average = Average(parts.average, parameters) if parts.average else None
        result = Trajectory()
        for step, given in enumerate(inputs["gradients"], start=1):
            for name, gradient in shaped(given, dtype).items():
                named[name].grad = tensor(gradient)
            for name, options in parts.before:
                norm = GRADIENT_LINKS[name][0](parameters, options)
                if norm is not None:
                    result.norms.append(norm.numpy()[()])
            if case.rates:
                for group in optimizer.param_groups:
                    group["lr"] = case.rates.values[step - 1]
            optimizer.step()
            evaluated = self.evaluation(optimizer, named) if self.evaluation else None
            if average:
                evaluated = dict(zip(named, average(parameters), strict=True))
            values = {name: p.detach().numpy() for name, p in named.items()}
            sample(result, step, values, evaluated)
        return result


def torch_source(make: Callable, *, link: str | None = None, evaluation=None) -> TorchSource:
    """The torch optimizer `kind(**arguments)`, where `make(options)` is (kind, arguments)."""
    return TorchSource({link: make}, evaluation)


def torch_chain(**makers: Callable) -> TorchSource:
    """Chains around any of these optimizers."""
    return TorchSource(makers)
