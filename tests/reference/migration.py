"""Runs the left column of docs/from-pytorch.md and docs/from-optax.md, and the code at their top.

A row whose third cell begins with "same" is run unchanged; a comment `<!-- compared: THEIRS | OURS -->` above its
table gives the code around it, with ROW for the row's code. tests/migration compares the middle column with these numbers.
"""

import re
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
import optax.contrib
import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
from torch.optim import lr_scheduler, swa_utils

from sources import numbers, shaped

DOCS = Path(__file__).parents[2] / "docs"
STEPS = (2, 25)
SCHEDULED = 60  # the number of updates of a schedule
RATE = 0.1  # the optimizer's rate, which PyTorch's schedules multiply


def loss_at(step: int) -> float:
    """The loss, for rules that read one."""
    return 1 / step


def metric_at(k: int) -> float:
    """A metric that falls for five steps, and then stays."""
    return 1 / min(k + 1, 5)


def compared_rows(page: str):
    """Their code of each row marked "same", with the code around it."""
    around = "ROW"
    for line in (DOCS / page).read_text().splitlines():
        if line.startswith("#"):
            around = "ROW"
        if found := re.fullmatch(r"<!-- compared: (.*) \| .* -->", line):
            around = found[1]
        row = re.fullmatch(r"\| `([^`]+)`.* \| `[^`]+`.* \| same.* \|", line)
        if row:
            yield around.replace("ROW", row[1])


def block(page: str, language: str) -> str:
    """The first code block in a language on a page."""
    return re.search(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)[1]


# PyTorch


class Around:
    """SGD after a function that changes gradients."""

    def __init__(self, params, change):
        self.change, self.optimizer = change, torch.optim.SGD(params, lr=RATE)

    def step(self):
        self.change()
        self.optimizer.step()


class Averaged:
    """SGD, and an average of its parameters."""

    def __init__(self, model, average):
        self.model, self.average = model, average
        self.optimizer = torch.optim.SGD(model.parameters(), lr=RATE)

    def step(self):
        self.optimizer.step()
        self.average.update_parameters(self.model)


def torch_scope(start: dict) -> dict:
    model = torch.nn.Module()
    for name, array in start.items():
        model.register_parameter(name, torch.nn.Parameter(torch.tensor(array)))
    params = list(model.parameters())
    optimizer = torch.optim.SGD(params, lr=RATE)
    modules = [torch.optim, lr_scheduler, swa_utils]
    known = {name: getattr(module, name) for module in modules for name in module.__all__}
    return {
        **known,
        "clip_grad_norm_": clip_grad_norm_,
        "clip_grad_value_": clip_grad_value_,
        "clip_grads_with_norm_": clip_grads_with_norm_,
        "get_total_norm": get_total_norm,
        "torch": torch,
        "model": model,
        "params": params,
        "optimizer": optimizer,
        "Around": lambda change: Around(params, change),
        "Averaged": lambda average: Averaged(model, average),
    }


def torch_values(scheduler: Any, optimizer: Any) -> list:
    """The rate of each update."""
    values = []
    plateau = isinstance(scheduler, lr_scheduler.ReduceLROnPlateau)
    for k in range(SCHEDULED):
        values.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if plateau:
            scheduler.step(metric_at(k))
        else:
            scheduler.step()
    return values


def torch_row(inputs: dict, code: str) -> dict:
    scope = torch_scope(shaped(inputs["parameters"], "float64"))
    made = eval(code, scope)
    if isinstance(made, (lr_scheduler.LRScheduler, lr_scheduler.ReduceLROnPlateau)):
        return {"values": torch_values(made, scope["optimizer"])}
    weights, evaluated = {}, {}
    for step, gradients in enumerate(inputs["gradients"], start=1):
        for name, gradient in shaped(gradients, "float64").items():
            getattr(scope["model"], name).grad = torch.tensor(gradient)
        made.step()
        if step in STEPS:
            weights[str(step)] = torch_numbers(scope["model"])
            if isinstance(made, Averaged):
                evaluated[str(step)] = torch_numbers(made.average.module)
    return {"evaluation": evaluated} if evaluated else {"weights": weights}


def torch_numbers(model: torch.nn.Module) -> dict:
    return {name: numbers(p.detach().numpy()) for name, p in model.named_parameters()}


# Optax


def projected(project) -> optax.GradientTransformation:
    """SGD, and then a projection of the parameters."""
    inner = optax.sgd(RATE)

    def update(gradients, state, params):
        updates, state = inner.update(gradients, state, params)
        moved = project(optax.apply_updates(params, updates))
        return jax.tree.map(lambda new, old: new - old, moved, params), state

    return optax.GradientTransformation(inner.init, update)


def optax_row(inputs: dict, code: str) -> dict:
    scope = {"optax": optax, "jnp": jax.numpy, "jax": jax, "projected": projected}
    made = eval(code, scope)
    if not hasattr(made, "update"):
        return {"values": [float(made(k)) for k in range(SCHEDULED)]}
    # MultiSteps is not a transformation, but has the same methods.
    takes_loss = isinstance(made, optax.GradientTransformation)
    update = optax.with_extra_args_support(made).update if takes_loss else made.update
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    if "optax.lookahead(" in code:
        parameters = optax.LookaheadParams.init_synced(parameters)
    state, weights = made.init(parameters), {}
    for step, gradients in enumerate(inputs["gradients"], start=1):
        given = {"value": loss_at(step)} if takes_loss else {}
        updates, state = update(shaped(gradients, "float64"), state, parameters, **given)
        parameters = optax.apply_updates(parameters, updates)
        if step in STEPS:
            fast = getattr(parameters, "fast", parameters)
            weights[str(step)] = {name: numbers(array) for name, array in sorted(fast.items())}
    return {"weights": weights}


# Both


def loop_result(page: str) -> dict:
    """The final weight and bias of the training loop at the top of a page."""
    scope: dict = {}
    exec(block(page, "python"), scope)
    params = scope["params"]
    found = params if isinstance(params, dict) else {name: scope[name].detach() for name in "wb"}
    return {name: numbers(np.asarray(found[name])) for name in "wb"}


def public_members(kinds: list[type]) -> dict[str, list[str]]:
    """The methods and properties of classes whose objects users handle."""
    return {
        kind.__name__: sorted(name for name in vars(kind) if not name.startswith("_"))
        for kind in kinds
    }


def make_migration(inputs: dict) -> dict:
    result: dict = {
        "members": public_members(
            [
                torch.optim.Optimizer,
                lr_scheduler.LRScheduler,
                swa_utils.AveragedModel,
                torch.amp.GradScaler,
            ]
        )
    }
    for page, carry_out in [("from-pytorch.md", torch_row), ("from-optax.md", optax_row)]:
        rows = {}
        for code in compared_rows(page):
            torch.set_default_dtype(torch.float64)  # the type of an optimizer's scalars
            try:
                rows[code] = carry_out(inputs, code)
            except Exception as error:
                raise ValueError(f"{page}: {code}") from error
            finally:
                torch.set_default_dtype(torch.float32)
        result[page] = {"loop": loop_result(page), "rows": rows}
    return result
