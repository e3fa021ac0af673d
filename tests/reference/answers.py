"""The equivalents in Optax or PyTorch for answers of docs/options.md that are more than a name."""

import jax
import numpy as np
import optax
import optax.contrib
import torch

from sources import OPTAX, SAMPLED_STEPS, TORCH, numbers, shaped

SGD = optax.scale(-0.01)

# The row, our rule from its code (`code[0]` is the first that is more than a name), and their equivalent.
ANSWERS = [
    ("optax.contrib.acprop", "code[0]", "optax.contrib.acprop(0.125, weight_decay=0.01)"),
    ("optax.adam", "code[0]", "optax.adam(1e-3, eps_root=1e-8)"),
    ("optax.adam", "code[1]", "optax.adam(1e-3, nesterov=True)"),
    (
        "optax.conditionally_mask",
        "code[0]",
        "optax.conditionally_mask(optax.sgd(1e-3), lambda k: k % 2 == 1)",
    ),
    ("optax.contrib.muon", "code[0]", "optax.contrib.muon(0.02)"),
    ("optax.contrib.schedule_free_adamw", "code[0]", "optax.contrib.schedule_free_adamw(0.125, 4)"),
    ("optax.contrib.schedule_free_sgd", "code[0]", "optax.contrib.schedule_free_sgd(0.125, 4)"),
    ("optax.lars", "code[0]", "optax.lars(1.0, weight_decay=0.01)"),
    ("optax.lars", "code[2]", 'optax.lars(0.125, trust_ratio_mask={"w": True, "b": False})'),
    (
        "optax.lion",
        "code[0]({ lr: 0.01, smooth: 2 })",
        'optax.chain(optax.scale_by_lion(mode="smooth", smooth_beta=2.0), SGD)',
    ),
    ("optax.nadam", "code[0]", "optax.nadam(1e-3)"),
    ("optax.nadam", "code[1]", "optax.nadam(2e-3)"),
    ("optax.scale", "chain(code[0], sgd({ lr: 0.01 }))", "optax.chain(optax.scale(0.5), SGD)"),
    ("optax.scale_by_learning_rate", "code[0]", "optax.scale_by_learning_rate(0.1)"),
    (
        "optax.scale_by_optimistic_gradient",
        "chain(sgd({ lr: 0.01 }), code[0]({ alpha: 1.5, beta: 0.5 }))",
        "optax.chain(optax.scale_by_optimistic_gradient(1.5, 0.5), SGD)",
    ),
    ("optax.scale_by_schedule", "code[0]", "optax.scale_by_schedule(lambda k: -0.1 / (k + 1))"),
    ("torch.optim.AdamW", "code[0]", "torch.optim.AdamW(p, amsgrad=True)"),
    (
        "torch.optim.NAdam",
        "code[1]",
        "torch.optim.NAdam(p, weight_decay=0.01, decoupled_weight_decay=True)",
    ),
    (
        "torch.optim.RAdam",
        "code[1]",
        "torch.optim.RAdam(p, weight_decay=0.01, decoupled_weight_decay=True)",
    ),
]


def optax_steps(inputs: dict, source: str) -> dict:
    transformation = eval(source)
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    state = transformation.init(parameters)
    result = {}
    for step, gradients in enumerate(inputs["gradients"], start=1):
        updates, state = transformation.update(shaped(gradients, "float64"), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = {name: numbers(array) for name, array in parameters.items()}
    return result


def torch_steps(inputs: dict, source: str) -> dict:
    torch.set_default_dtype(torch.float64)  # the type of an optimizer's scalars
    try:
        return torch_trajectory(inputs, source)
    finally:
        torch.set_default_dtype(torch.float32)


def torch_trajectory(inputs: dict, source: str) -> dict:
    start = shaped(inputs["parameters"], "float64")
    parameters = {name: torch.tensor(array, requires_grad=True) for name, array in start.items()}
    optimizer = eval(source, {"torch": torch, "p": list(parameters.values())})
    result = {}
    for step, gradients in enumerate(inputs["gradients"], start=1):
        for name, gradient in shaped(gradients, "float64").items():
            parameters[name].grad = torch.tensor(gradient)
        optimizer.step()
        if step in SAMPLED_STEPS:
            result[str(step)] = {n: numbers(np.array(p.detach())) for n, p in parameters.items()}
    return result


def make_answers(inputs: dict) -> list[dict]:
    answers = []
    for name, rule, source in ANSWERS:
        library, steps = (TORCH, torch_steps) if name.startswith("torch") else (OPTAX, optax_steps)
        made = {"name": name, "rule": rule, "source": f"{library}: {source}"}
        answers.append({**made, "float64": steps(inputs, source)})
    return answers
