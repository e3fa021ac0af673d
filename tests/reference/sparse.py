"""Steps of an embedding with torch.optim.SparseAdam: few rows at a time, some of them twice."""

import numpy as np
import torch

from inputs import STEPS
from sources import TORCH

ROWS, WIDTH = 6, 3
SAMPLED = (1, 2, 10, STEPS)


def make_steps() -> list[dict]:
    """Rows, unsorted and repeated, and their values: float32 numbers, as all inputs are."""
    generator = np.random.Generator(np.random.PCG64(7))
    steps = []
    for step in range(1, STEPS + 1):
        count = 0 if step == 5 else int(generator.integers(1, 5))
        rows = generator.integers(0, ROWS - 1, count)  # the last row is never given
        values = generator.normal(size=count * WIDTH).astype(np.float32)
        steps.append({"rows": rows.tolist(), "values": values.astype(float).tolist()})
    return steps


def trajectory(start: np.ndarray, steps: list[dict], options: dict, dtype: torch.dtype) -> dict:
    weight = torch.nn.Parameter(torch.tensor(start, dtype=dtype))
    betas = (float(options["beta1"]), float(options["beta2"]))
    optimizer = torch.optim.SparseAdam([weight], lr=options["lr"], betas=betas, eps=options["eps"])
    sampled = {}
    for step, given in enumerate(steps, start=1):
        values = torch.tensor(given["values"], dtype=dtype).reshape(-1, WIDTH)
        indices = torch.tensor([given["rows"]], dtype=torch.int64).reshape(1, -1)
        weight.grad = torch.sparse_coo_tensor(
            indices, values, (ROWS, WIDTH), check_invariants=True
        )
        optimizer.step()
        if step in SAMPLED:
            flat = weight.detach().numpy().copy().reshape(-1)
            sampled[str(step)] = list(flat) if dtype == torch.float32 else flat.tolist()
    return sampled


def make_sparse() -> dict:
    """The file's content."""
    generator = np.random.Generator(np.random.PCG64(8))
    start = generator.normal(size=(ROWS, WIDTH)).astype(np.float32).astype(float)
    steps = make_steps()
    cases = []
    for label, options in [
        ("defaults", {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
        ("beta1 0, large eps", {"lr": 0.1, "beta1": 0.0, "beta2": 0.9, "eps": 1e-2}),
    ]:
        cases.append(
            {
                "label": label,
                "source": f"{TORCH} torch.optim.SparseAdam",
                "options": options,
                "float64": trajectory(start, steps, options, torch.float64),
                "float32": trajectory(start, steps, options, torch.float32),
            }
        )
    return {"shape": [ROWS, WIDTH], "start": start.reshape(-1).tolist(), "steps": steps, "cases": cases}
