"""A two-layer network's loss and gradients by PyTorch, for every activation and both losses."""

import numpy as np
import torch
from torch.nn import functional

from comparing import assert_well_conditioned
from inputs import perturbed

SEED = 1184  # no output or gradient is a small difference of large terms
BATCH, INPUTS, HIDDEN, OUTPUTS = 4, 5, 6, 3
SHAPES = {
    "x": [BATCH, INPUTS],
    "w1": [INPUTS, HIDDEN],
    "b1": [HIDDEN],
    "w2": [HIDDEN, OUTPUTS],
    "b2": [OUTPUTS],
}
ACTIVATIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": functional.gelu,
    "geluTanh": lambda h: functional.gelu(h, approximate="tanh"),
}
LARGE_LOGITS = [[1000.0, -1000.0, 0.0, 999.0], [0.0, 0.0, 0.0, 0.0], [-60.0, 5.0, 4.5, -104.0]]
LARGE_LABELS = [3, 0, 2]


def make_data() -> dict:
    """Inputs that float32 represents exactly. Row 2 of x and b1[3] are zero, so one h is exactly 0."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    tensors = {
        name: generator.uniform(-1.5, 1.5, size=shape).astype(np.float32)
        for name, shape in SHAPES.items()
    }
    tensors["x"][2, :] = 0
    tensors["b1"][3] = 0
    targets = generator.uniform(-1.5, 1.5, size=[BATCH, OUTPUTS]).astype(np.float32)
    return {"tensors": tensors, "labels": [2, 0, 1, 2], "targets": targets}


def flat(tensor: torch.Tensor) -> list:
    """Row-major numbers of the tensor's own type."""
    array = tensor.detach().numpy().reshape(-1)
    return array.tolist() if array.dtype == np.float64 else list(array)


def scalar(tensor: torch.Tensor):
    return flat(tensor)[0]


def loss_of(loss: str, output: torch.Tensor, data: dict) -> torch.Tensor:
    if loss == "softmaxCrossEntropy":
        return functional.cross_entropy(output, torch.tensor(data["labels"]))
    return functional.mse_loss(output, torch.tensor(data["targets"], dtype=output.dtype))


def differentiate(activation: str, loss: str, data: dict, dtype: torch.dtype) -> dict:
    """Output, loss and the gradient of every tensor: y = act(x·w1 + b1)·w2 + b2."""
    t = {
        name: torch.tensor(values, dtype=dtype, requires_grad=True)
        for name, values in data["tensors"].items()
    }
    hidden = ACTIVATIONS[activation](t["x"] @ t["w1"] + t["b1"])
    output = hidden @ t["w2"] + t["b2"]
    value = loss_of(loss, output, data)
    value.backward()
    return {
        "output": flat(output),
        "loss": scalar(value),
        "gradients": {name: flat(tensor.grad) for name, tensor in t.items()},
    }


def make_case(activation: str, loss: str, data: dict) -> dict:
    """One activation with one loss, in both types; fails if it is sensitive to rounding."""
    result = differentiate(activation, loss, data, torch.float64)
    doubles = {name: a.astype(np.float64) for name, a in data["tensors"].items()}
    noise = np.random.Generator(np.random.PCG64(0))
    moved = {**data, "tensors": perturbed(doubles, noise)}
    other = differentiate(activation, loss, moved, torch.float64)
    assert_well_conditioned(
        f"{activation}, {loss}", {"all": result["gradients"]}, {"all": other["gradients"]}
    )
    return {
        "activation": activation,
        "loss": loss,
        "float64": result,
        "float32": differentiate(activation, loss, data, torch.float32),
    }


def cross_entropy_of_large(dtype: torch.dtype) -> dict:
    """The loss and gradient of logits whose exponentials overflow."""
    logits = torch.tensor(LARGE_LOGITS, dtype=dtype, requires_grad=True)
    value = functional.cross_entropy(logits, torch.tensor(LARGE_LABELS))
    value.backward()
    return {"loss": scalar(value), "gradient": flat(logits.grad)}


def make_autodiff(source: str) -> dict:
    data = make_data()
    return {
        "source": f"{source} autograd",
        "shapes": SHAPES,
        "inputs": {
            **{name: flat(torch.tensor(v).double()) for name, v in data["tensors"].items()},
            "labels": data["labels"],
            "targets": flat(torch.tensor(data["targets"]).double()),
        },
        "cases": [
            make_case(activation, loss, data)
            for activation in ACTIVATIONS
            for loss in ("softmaxCrossEntropy", "meanSquaredError")
        ],
        "largeLogits": {
            "shape": [len(LARGE_LOGITS), len(LARGE_LOGITS[0])],
            "logits": [value for row in LARGE_LOGITS for value in row],
            "labels": LARGE_LABELS,
            "float64": cross_entropy_of_large(torch.float64),
            "float32": cross_entropy_of_large(torch.float32),
        },
    }
