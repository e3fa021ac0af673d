"""Writes torch_lbfgs.json: the points of torch.optim.LBFGS after each of 20 iterations, in float64.

    python tests/reference/torch_lbfgs.py
"""

import json
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ITERATIONS = 20
HISTORY = 10


def numbers(count, seed):
    """From a small generator, so that they are the same in any version: multiples of 1/256 between -2 and 2."""
    state, result = seed, []
    for _ in range(count):
        state = (1103515245 * state + 12345) % 2**31
        result.append(((state >> 8) % 1024 - 512) / 256)
    return result


def trajectory(shapes, start, loss_of):
    parameters = [
        torch.tensor(values).reshape(shape).requires_grad_()
        for shape, values in zip(shapes, start)
    ]
    optimizer = torch.optim.LBFGS(
        parameters,
        lr=1,
        max_iter=1,
        max_eval=1000,
        history_size=HISTORY,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure():
        optimizer.zero_grad()
        loss = loss_of(*parameters)
        loss.backward()
        return loss

    steps = []
    for _ in range(ITERATIONS):
        optimizer.step(closure)
        flat = [value for each in parameters for value in each.detach().flatten().tolist()]
        with torch.no_grad():
            steps.append({"x": flat, "loss": float(loss_of(*parameters))})
    return steps


def logistic():
    rows, columns = 40, 5
    # The columns have different sizes, so that it needs more than the 20 iterations.
    sizes = torch.tensor([1.0, 4.0, 16.0, 0.25, 64.0])
    x = torch.tensor(numbers(rows * columns, 1)).reshape(rows, columns) * sizes
    y = torch.tensor([float(value > 0) for value in numbers(rows, 2)])
    shapes = [(columns,), (1,)]
    start = [[0.0] * columns, [0.0]]

    def loss_of(w, b):
        z = x @ w + b
        return torch.nn.functional.binary_cross_entropy_with_logits(z, y) + 0.005 * (w @ w)

    return {
        "x": x.flatten().tolist(),
        "y": y.tolist(),
        "rows": rows,
        "start": start,
        "steps": trajectory(shapes, start, loss_of),
    }


def network():
    rows, inputs, hidden = 30, 3, 4
    x = torch.tensor(numbers(rows * inputs, 3)).reshape(rows, inputs)
    y = torch.sin(x[:, 0]) * x[:, 1] + 0.5 * x[:, 2]
    shapes = [(inputs, hidden), (hidden,), (hidden,), (1,)]
    start = [
        [value / 2 for value in numbers(inputs * hidden, 4)],
        [0.0] * hidden,
        [value / 2 for value in numbers(hidden, 5)],
        [0.0],
    ]

    def loss_of(w1, b1, w2, b2):
        out = torch.tanh(x @ w1 + b1) @ w2 + b2
        return ((out - y) ** 2).mean()

    return {
        "x": x.flatten().tolist(),
        "y": y.tolist(),
        "rows": rows,
        "start": start,
        "steps": trajectory(shapes, start, loss_of),
    }


if __name__ == "__main__":
    result = {
        "source": f"torch.optim.LBFGS(line_search_fn='strong_wolfe', history_size={HISTORY}), PyTorch {torch.__version__.split('+')[0]}",
        "history": HISTORY,
        "logistic": logistic(),
        "network": network(),
    }
    path = Path(__file__).with_name("torch_lbfgs.json")
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
