"""Elementwise functions, sums, losses, norms, pooling and attention, with their gradients, computed by PyTorch in float64."""

import numpy as np
import torch
from torch.nn import functional

from layers import channels_first, channels_last
from sources import TORCH

SEED = 2311


def binary(function):
    return lambda t, _: function(t["a"], t["b"])


def unary(function):
    return lambda t, _: function(t["x"])


def average_pool(t: dict, o: dict) -> torch.Tensor:
    images = channels_first(t["x"])
    return channels_last(
        functional.avg_pool2d(
            images,
            o["size"],
            o.get("stride", o["size"]),
            o.get("padding", 0),
            count_include_pad=o.get("countPadding", True),
        )
    )


def max_pool(t: dict, o: dict) -> torch.Tensor:
    images = channels_first(t["x"])
    return channels_last(
        functional.max_pool2d(images, o["size"], o.get("stride", o["size"]), o["padding"])
    )


def attention(t: dict, o: dict) -> torch.Tensor:
    """Causal self-attention with two heads after an RMS norm, and a projection to the width of x."""
    x, heads = t["x"], o["heads"]
    batch, time, width = x.shape
    normalized = functional.rms_norm(x, [width], t["gain"], 1e-6)
    q, k, v = (normalized @ t["qkv"]).chunk(3, dim=-1)
    q, k, v = (each.reshape(batch, time, heads, -1).transpose(1, 2) for each in (q, k, v))
    out = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    return x + out.transpose(1, 2).reshape(batch, time, width) @ t["out"]


def cross_entropy(t: dict, o: dict) -> torch.Tensor:
    targets = t["soft"].detach() if "soft" in t else torch.tensor(o["labels"])
    options = {}
    if "labelSmoothing" in o:
        options["label_smoothing"] = o["labelSmoothing"]
    if "ignoreIndex" in o:
        options["ignore_index"] = o["ignoreIndex"]
    return functional.cross_entropy(t["x"], targets, **options)


OPERATIONS = {
    "add": binary(torch.add),
    "sub": binary(torch.sub),
    "mul": binary(torch.mul),
    "div": binary(torch.div),
    "pow": binary(torch.pow),
    "minimum": binary(torch.minimum),
    "maximum": binary(torch.maximum),
    "neg": unary(torch.neg),
    "exp": unary(torch.exp),
    "log": unary(torch.log),
    "sqrt": unary(torch.sqrt),
    "square": unary(torch.square),
    "abs": unary(torch.abs),
    "sin": unary(torch.sin),
    "cos": unary(torch.cos),
    "softplus": unary(lambda x: torch.logaddexp(x, torch.zeros_like(x))),
    "logSigmoid": unary(functional.logsigmoid),
    "silu": unary(functional.silu),
    "leakyRelu": lambda t, o: functional.leaky_relu(t["x"], o["slope"]),
    "where": lambda t, _: torch.where(t["c"].detach() != 0, t["a"], t["b"]),
    "softmax": unary(lambda x: torch.softmax(x, -1)),
    "rmsNorm": lambda t, o: functional.rms_norm(t["x"], t["gain"].shape, t["gain"], o["eps"]),
    "sum": lambda t, o: t["x"].sum(dim=o["axes"], keepdim=o["keepDims"]),
    "mean": lambda t, o: t["x"].mean(dim=o["axes"], keepdim=o["keepDims"]),
    "huber": lambda t, o: functional.huber_loss(t["x"], t["t"], delta=o["delta"]),
    "binaryCrossEntropy": lambda t, _: functional.binary_cross_entropy_with_logits(t["x"], t["t"]),
    "softmaxCrossEntropy": cross_entropy,
    "averagePool2d": average_pool,
    "maxPool2d": max_pool,
    "matmul": binary(torch.matmul),
    "attention": attention,
}

# The operation, what is tested, the shapes of the tensors, the options, and the ranges of the values if not -1.5 to 1.5.
SHAPES = {"a": [3, 4], "b": [3, 4]}
CASES = [
    *((name, "far and near", {"x": [24]}, {}, {"x": [-30, 30]}) for name in ("neg", "exp", "square", "abs", "sin", "cos", "softplus", "logSigmoid", "silu")),
    ("log", "above 0", {"x": [24]}, {}, {"x": [0.001, 50]}),
    ("sqrt", "above 0", {"x": [24]}, {}, {"x": [0.001, 50]}),
    ("leakyRelu", "slope 0.2", {"x": [24]}, {"slope": 0.2}, {}),
    *((name, "of one shape", SHAPES, {}, {}) for name in ("add", "sub", "mul", "div", "minimum", "maximum")),
    *((name, "rows and columns", {"a": [2, 3, 1], "b": [3, 4]}, {}, {}) for name in ("add", "sub", "mul", "div", "minimum", "maximum")),
    *((name, "one number", {"a": [3, 4], "b": []}, {}, {}) for name in ("add", "mul", "div")),
    ("pow", "any exponent", SHAPES, {}, {"a": [0.1, 4], "b": [-3, 3]}),
    ("pow", "one exponent", {"a": [3, 4], "b": [1]}, {}, {"a": [0.1, 4], "b": [1.2, 3]}),
    ("where", "broadcast", {"c": [3, 1], "a": [3, 4], "b": [4]}, {}, {"c": [0, 1]}),
    ("softmax", "of rows", {"x": [2, 3, 5]}, {}, {}),
    ("softmax", "of large numbers", {"x": [3, 4]}, {}, {"x": [-900, 900]}),
    ("rmsNorm", "of rows", {"x": [2, 3, 5], "gain": [5]}, {"eps": 1e-6}, {}),
    ("rmsNorm", "large eps", {"x": [4, 3], "gain": [3]}, {"eps": 0.3}, {}),
    ("sum", "of the first dimension", {"x": [3, 4, 2]}, {"axes": [0], "keepDims": False}, {}),
    ("sum", "of two dimensions, kept", {"x": [3, 4, 2]}, {"axes": [0, 2], "keepDims": True}, {}),
    ("mean", "of all", {"x": [3, 4]}, {"axes": [0, 1], "keepDims": False}, {}),
    ("mean", "of the last dimension", {"x": [3, 4]}, {"axes": [-1], "keepDims": False}, {}),
    ("huber", "near and far", {"x": [5, 4], "t": [5, 4]}, {"delta": 0.7}, {}),
    ("binaryCrossEntropy", "near and far", {"x": [6, 4], "t": [6, 4]}, {}, {"x": [-40, 40], "t": [0, 1]}),
    ("softmaxCrossEntropy", "smoothed labels", {"x": [4, 5]}, {"labels": [0, 3, 1, 4], "labelSmoothing": 0.1}, {}),
    ("softmaxCrossEntropy", "rows left out", {"x": [4, 5]}, {"labels": [0, -100, 1, -100], "ignoreIndex": -100}, {}),
    ("softmaxCrossEntropy", "rows left out, smoothed", {"x": [4, 5]}, {"labels": [0, 2, 1, 2], "ignoreIndex": 2, "labelSmoothing": 0.3}, {}),
    ("softmaxCrossEntropy", "shares of classes", {"x": [4, 5], "soft": [4, 5]}, {}, {"soft": [0, 0.4]}),
    ("softmaxCrossEntropy", "shares of classes, smoothed", {"x": [4, 5], "soft": [4, 5]}, {"labelSmoothing": 0.2}, {"soft": [0, 0.4]}),
    ("averagePool2d", "2 x 2", {"x": [2, 4, 5, 3]}, {"size": 2}, {}),
    ("averagePool2d", "padding that counts", {"x": [2, 5, 5, 2]}, {"size": 3, "stride": 2, "padding": 1}, {}),
    ("averagePool2d", "padding that does not", {"x": [1, 5, 6, 2]}, {"size": [3, 2], "stride": [2, 1], "padding": [1, 1], "countPadding": False}, {}),
    ("maxPool2d", "with padding", {"x": [2, 5, 6, 5]}, {"size": 3, "stride": 2, "padding": 1}, {}),
    ("maxPool2d", "with padding on two sides", {"x": [1, 4, 5, 2]}, {"size": [2, 3], "stride": [1, 2], "padding": [0, 1]}, {}),
    ("matmul", "a batch", {"a": [2, 3, 4], "b": [2, 4, 5]}, {}, {}),
    ("matmul", "a batch and one matrix", {"a": [2, 3, 4], "b": [4, 5]}, {}, {}),
    ("matmul", "one matrix and a batch", {"a": [3, 4], "b": [2, 4, 5]}, {}, {}),
    ("matmul", "batches that broadcast", {"a": [2, 1, 3, 4], "b": [3, 4, 2]}, {}, {}),
    ("attention", "causal, two heads", {"x": [2, 5, 8], "gain": [8], "qkv": [8, 24], "out": [8, 8]}, {"heads": 2}, {}),
]


def make_case(case: tuple, generator: np.random.Generator) -> dict:
    operation, label, shapes, options, ranges = case
    tensors = {
        name: generator.uniform(*ranges.get(name, [-1.5, 1.5]), size=shape).astype(np.float32).astype(np.float64)
        for name, shape in shapes.items()
    }
    if operation == "where":
        tensors["c"] = np.round(tensors["c"])
    t = {name: torch.tensor(values, requires_grad=True) for name, values in tensors.items()}
    output = OPERATIONS[operation](t, options)
    weights = generator.uniform(-1.5, 1.5, size=output.shape).astype(np.float32).astype(np.float64)
    (output * torch.tensor(weights)).sum().backward()
    return {
        **{"operation": operation, "label": label, "options": options, "shapes": shapes},
        "tensors": {name: np.ravel(values).tolist() for name, values in tensors.items()},
        "weights": np.ravel(weights).tolist(),
        "shape": list(output.shape),
        "output": output.detach().reshape(-1).tolist(),
        "gradients": {n: v.grad.reshape(-1).tolist() for n, v in t.items() if v.grad is not None},
    }


def make_operations() -> dict:
    generator = np.random.Generator(np.random.PCG64(SEED))
    return {"source": f"{TORCH} autograd", "cases": [make_case(c, generator) for c in CASES]}
