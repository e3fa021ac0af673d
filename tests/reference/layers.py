"""Convolution, pooling, embedding and layer norm, with their gradients, computed by PyTorch in float64."""

import numpy as np
import torch
from torch.nn import functional

from inputs import perturbed
from sources import TORCH

SEED = 2107
NOISE = 1e-13  # relative to a tensor's largest element: far below the precision of float32, in which it is compared


def channels_first(images: torch.Tensor) -> torch.Tensor:
    """From Gradus' [batch, height, width, channels] to PyTorch's [batch, channels, height, width]."""
    return images.permute(0, 3, 1, 2)


def channels_last(images: torch.Tensor) -> torch.Tensor:
    return images.permute(0, 2, 3, 1)


def conv2d(t: dict, options: dict) -> torch.Tensor:
    y = functional.conv2d(
        channels_first(t["x"]), channels_first(t["weight"]), t.get("bias"), **options
    )
    return channels_last(y)


def max_pool(t: dict, options: dict) -> torch.Tensor:
    size = options["size"]
    stride = options.get("stride", size)
    return channels_last(functional.max_pool2d(channels_first(t["x"]), size, stride))


def embedding(t: dict, options: dict) -> torch.Tensor:
    return functional.embedding(torch.tensor(options["indices"]), t["table"])


def layer_norm(t: dict, options: dict) -> torch.Tensor:
    return functional.layer_norm(t["x"], t["gain"].shape, t["gain"], t["bias"], options["eps"])


def network(t: dict, _: dict) -> torch.Tensor:
    """conv, ReLU, pooling, layer norm over the whole output for an image, and a linear layer."""
    h = torch.relu(conv2d({"x": t["x"], "weight": t["filters"], "bias": t["b1"]}, {"padding": 1}))
    h = max_pool({"x": h}, {"size": 2}).reshape(t["x"].shape[0], -1)
    h = functional.layer_norm(h, t["gain"].shape, t["gain"], t["shift"])
    return h @ t["w2"] + t["b2"]


OPERATIONS = {
    "conv2d": conv2d,
    "maxPool2d": max_pool,
    "embedding": embedding,
    "layerNorm": layer_norm,
    "network": network,
}

# The operation, what is tested, the shapes of the tensors, the options.
CASES = [
    ("conv2d", "plain", {"x": [2, 5, 6, 3], "weight": [4, 3, 3, 3]}, {}),
    (
        "conv2d",
        "bias, stride and padding",
        {"x": [2, 6, 7, 2], "weight": [3, 3, 2, 2], "bias": [3]},
        {"stride": [2, 3], "padding": [1, 2]},
    ),
    (
        "conv2d",
        "5 x 5, padded to keep the size",
        {"x": [1, 7, 7, 1], "weight": [8, 5, 5, 1], "bias": [8]},
        {"padding": 2},
    ),
    ("maxPool2d", "2 x 2", {"x": [2, 4, 5, 5]}, {"size": 2}),
    ("maxPool2d", "windows that overlap", {"x": [1, 6, 7, 2]}, {"size": [3, 2], "stride": [2, 1]}),
    ("maxPool2d", "equal elements", {"x": [1, 4, 4, 6]}, {"size": [2, 4], "stride": 2}),
    ("embedding", "rows several times", {"table": [6, 3]}, {"indices": [4, 0, 4, 2, 4, 2]}),
    ("layerNorm", "of rows", {"x": [4, 6], "gain": [6], "bias": [6]}, {"eps": 1e-5}),
    ("layerNorm", "large eps", {"x": [2, 3, 4], "gain": [4], "bias": [4]}, {"eps": 0.3}),
    (
        "network",
        "of all of them",
        {
            **{"x": [3, 4, 4, 2], "filters": [5, 3, 3, 2], "b1": [5], "gain": [20], "shift": [20]},
            **{"w2": [20, 3], "b2": [3]},
        },
        {},
    ),
]


def make_tensors(label: str, shapes: dict, generator: np.random.Generator) -> dict:
    """Numbers that float32 represents exactly; only a few different ones if some must be equal."""
    tensors = {
        name: generator.uniform(-1.5, 1.5, size=shape).astype(np.float32).astype(np.float64)
        for name, shape in shapes.items()
    }
    if label == "equal elements":
        tensors["x"] = np.round(tensors["x"] * 2) / 2
    return tensors


def differentiate(operation: str, tensors: dict, options: dict, targets: np.ndarray) -> dict:
    """Output, the mean squared error against the targets, and the gradient of every tensor."""
    t = {name: torch.tensor(values, requires_grad=True) for name, values in tensors.items()}
    output = OPERATIONS[operation](t, options)
    loss = functional.mse_loss(output, torch.tensor(targets).reshape(output.shape))
    loss.backward()
    return {
        "shape": list(output.shape),
        "output": output.detach().reshape(-1).tolist(),
        "loss": loss.item(),
        "gradients": {name: tensor.grad.reshape(-1).tolist() for name, tensor in t.items()},
    }


def assert_steady(label: str, result: dict, moved: dict) -> None:
    """Fail if the results are sensitive to noise in the last place, for example because it moves a maximum."""
    for name, values in {**result["gradients"], "output": result["output"]}.items():
        others = {**moved["gradients"], "output": moved["output"]}[name]
        difference = np.max(np.abs(np.subtract(values, others)))
        if difference > NOISE * np.max(np.abs(values)):
            raise AssertionError(f"{label}: rounding moves {name} by {difference}")


def make_case(case: tuple, generator: np.random.Generator) -> dict:
    operation, label, shapes, options = case
    tensors = make_tensors(label, shapes, generator)
    count = OPERATIONS[operation]({n: torch.tensor(v) for n, v in tensors.items()}, options).numel()
    targets = generator.uniform(-1.5, 1.5, size=count).astype(np.float32).astype(np.float64)
    result = differentiate(operation, tensors, options, targets)
    if label != "equal elements":  # there, noise would decide which element is the largest
        noise = np.random.Generator(np.random.PCG64(0))
        other = differentiate(operation, perturbed(tensors, noise), options, targets)
        assert_steady(f"{operation}, {label}", result, other)
    return {
        **{"operation": operation, "label": label, "options": options, "shapes": shapes},
        "tensors": {name: values.reshape(-1).tolist() for name, values in tensors.items()},
        "targets": targets.tolist(),
        **result,
    }


def make_layers() -> dict:
    generator = np.random.Generator(np.random.PCG64(SEED))
    return {"source": f"{TORCH} autograd", "cases": [make_case(c, generator) for c in CASES]}
