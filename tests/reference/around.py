"""What stands around steps, continued: gradients that are absent, and steps that are left out."""

import numpy as np
import torch

from sources import SAMPLED_STEPS, TORCH, numbers, shaped
from torch_source import clip_by_global_norm


def is_absent(name: str, step: int) -> bool:
    """`w` at every third step, `b` at the first and at every fourth."""
    return step % 3 == 0 if name == "w" else step % 4 == 1


def without(inputs: dict, kind, arguments: dict, clip: float | None) -> dict:
    """PyTorch, where some gradients are None."""
    torch.set_default_dtype(torch.float64)  # of scalars that optimizers keep
    named = {
        n: torch.nn.Parameter(torch.from_numpy(np.array(a)))
        for n, a in shaped(inputs["parameters"], "float64").items()
    }
    optimizer = kind(named.values(), foreach=False, **arguments)
    result = {}
    for step, given in enumerate(inputs["gradients"], start=1):
        for name, gradient in shaped(given, "float64").items():
            absent = is_absent(name, step)
            named[name].grad = None if absent else torch.from_numpy(np.array(gradient))
        there = [p for p in named.values() if p.grad is not None]
        if clip is not None and there:
            clip_by_global_norm(there, {"maxNorm": clip, "eps": 1e-6})
        optimizer.step()
        if step in SAMPLED_STEPS:
            result[str(step)] = {n: numbers(p.detach().numpy()) for n, p in named.items()}
    torch.set_default_dtype(torch.float32)
    return result


def absent(inputs: dict) -> list[dict]:
    """Optimizers of which each parameter has steps of its own."""
    betas = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    torch_betas = {"lr": 0.1, "betas": (0.9, 0.999), "eps": 1e-8}
    cases = []
    for kind, arguments, clip, name, options in [
        (torch.optim.Adam, torch_betas, None, "adam", {"lr": 0.1, **betas}),
        (torch.optim.NAdam, {**torch_betas, "momentum_decay": 0.004}, None, "nadam",
         {"lr": 0.1, **betas, "momentumDecay": 0.004}),
        (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}, 3, "sgd", {"lr": 0.02, "momentum": 0.9}),
    ]:  # fmt: skip
        cases.append(
            {
                "source": f"{TORCH} torch.optim.{kind.__name__}, some gradients None",
                "absent": [[n for n in ("w", "b") if is_absent(n, t)] for t in range(1, 26)],
                **({} if clip is None else {"clip": clip}),
                "rule": [name, options],
                "float64": without(inputs, kind, arguments, clip),
            }
        )
    return cases
