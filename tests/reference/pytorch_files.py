"""Runs of PyTorch's optimizers as files of torch.save.

python pytorch_files.py                    makes the files of tests/reference/pytorch
python pytorch_files.py CASE FROM STEPS TO makes so many steps from a file (or "new"), and saves to another
"""

import sys
from pathlib import Path

import torch

# By Gradus' name of the case: PyTorch's class, and its settings.
CASES = {
    "adam": ("Adam", {}),
    "adam-l2": ("Adam", {"weight_decay": 0.1}),
    "adamw": ("AdamW", {"weight_decay": 0.1}),
    "amsgrad": ("Adam", {"amsgrad": True}),
    "adamax": ("Adamax", {}),
    "nadam": ("NAdam", {}),
    "radam": ("RAdam", {}),
    "sgd": ("SGD", {}),
    "sgd-momentum": ("SGD", {"momentum": 0.9, "dampening": 0.1}),
    "sgd-nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {"lr_decay": 0.01}),
    "rmsprop": ("RMSprop", {"momentum": 0.9, "centered": True}),
    "rmsprop-plain": ("RMSprop", {}),
    "adadelta": ("Adadelta", {}),
    "rprop": ("Rprop", {}),
    "asgd": ("ASGD", {"lambd": 0.01, "t0": 12}),
    "adafactor": ("Adafactor", {"eps": (2**-23, 1e-3)}),
    "muon": ("Muon", {"adjust_lr_fn": "match_rms_adamw"}),
}
# Files of runs in another type, which are continued in float32: the case, and the type.
NARROW = {
    "adam-bfloat16": ("adam", torch.bfloat16),
    "adam-float16": ("adam", torch.float16),
    "muon-bfloat16": ("muon", torch.bfloat16),
}
RATE = 0.05
STEPS = 10


class Precise:
    """PyTorch with float32 in place of bfloat16 in Muon's products."""

    bfloat16 = torch.float32

    def __getattr__(self, name):
        return getattr(torch, name)


torch.optim._muon.torch = Precise()


def start(case):
    """A layer's weight, transposed in memory, and its bias, within a larger storage; for Muon only the matrix."""
    weight = torch.sin(torch.arange(12, dtype=torch.float32)).reshape(3, 4).T
    bias = torch.cos(torch.arange(8, dtype=torch.float32))[2:6]
    return {"layer.weight": weight} if case == "muon" else {"layer.weight": weight, "layer.bias": bias}


def gradient(parameter, step):
    """The same gradient as `gradientAt` in the tests."""
    index = torch.arange(parameter.numel(), dtype=torch.float32).reshape(parameter.shape)
    return 0.1 * (index % 5 + 1) * parameter - torch.cos(0.7 * step + index)


def make(case, model, dtype=torch.float32):
    kind, settings = CASES[case]
    named = [(name, torch.nn.Parameter(each.to(dtype, copy=True))) for name, each in model.items()]
    return dict(named), getattr(torch.optim, kind)(named, lr=RATE, **settings)


def go_on(parameters, optimizer, first, steps):
    for step in range(first, first + steps):
        for parameter in parameters.values():
            parameter.grad = gradient(parameter.detach(), step).to(parameter.dtype)
        optimizer.step()


def state_of(parameters, optimizer, step):
    # Tensors that require gradients are saved like others.
    model = {name: each.detach().clone() for name, each in parameters.items()}
    return {"model": model, "optimizer": optimizer.state_dict(), "step": step}


def fixture(case, folder, name=None, dtype=torch.float32):
    parameters, optimizer = make(case, start(case), dtype)
    go_on(parameters, optimizer, 1, STEPS)
    state = state_of(parameters, optimizer, STEPS)
    copy = Path(folder, "copy.pt")
    torch.save(state, copy)
    saved = torch.load(copy)
    if dtype != torch.float32:
        # PyTorch converts loaded states to the parameters' type.
        parameters, optimizer = make(case, saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
    go_on(parameters, optimizer, STEPS + 1, STEPS)
    saved = torch.load(copy)
    copy.unlink()
    saved["expected"] = {name: each.detach().clone() for name, each in parameters.items()}
    torch.save(saved, Path(folder, f"{name or case}.pt"))


def continue_from(case, source, steps, target):
    saved = {"model": start(case), "step": 0} if source == "new" else torch.load(source, weights_only=True)
    parameters, optimizer = make(case, saved["model"])
    if "optimizer" in saved:
        optimizer.load_state_dict(saved["optimizer"])
    go_on(parameters, optimizer, saved["step"] + 1, steps)
    torch.save(state_of(parameters, optimizer, saved["step"] + steps), target)


if len(sys.argv) > 1:
    continue_from(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
else:
    folder = Path(__file__).parent / "pytorch"
    folder.mkdir(exist_ok=True)
    for case in CASES:
        fixture(case, folder)
    for name, (case, dtype) in NARROW.items():
        fixture(case, folder, name, dtype)
    # Types and layouts that optimizers do not use.
    numbers = torch.tensor([-1.5, 0.0, 65504.0, 6e-8, float("inf"), float("nan")])
    others = {
        "types": {str(t).split(".")[1]: numbers.nan_to_num(0, 7, 0).to(t) for t in
                  [torch.int64, torch.int32, torch.int16, torch.int8, torch.bool, torch.float64]},
        "uint8": torch.tensor([0, 255], dtype=torch.uint8),
        "float16": numbers.to(torch.float16),
        "bfloat16": numbers.to(torch.bfloat16),
        "strided": torch.arange(24, dtype=torch.int32).reshape(2, 3, 4).permute(2, 0, 1)[::2],
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "plain": [None, True, 3, -(2**40), 2**62, 0.1, "text \u00e4", (1, (2,)), {1: "one"}, []],
        "size": torch.Size([2, 3]),
        "network": torch.nn.BatchNorm1d(2).state_dict(),
    }
    torch.save(others, folder / "others.pt")
