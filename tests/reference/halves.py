"""float32 in 16 bits: as bfloat16 with PyTorch, as float16 with NumPy."""

import numpy as np
import torch


def words() -> np.ndarray:
    """Bits of float32 of all magnitudes, halves between two numbers of either type and their neighbours; no NaN."""
    generator = np.random.Generator(np.random.PCG64(20))
    drawn = generator.integers(0, 2**32, 100)
    within = (generator.uniform(-1, 1, 40) * 2.0 ** generator.uniform(-27, 17, 40)).astype(np.float32).view(np.uint32)
    upper = generator.integers(0, 0x7F80, 15) << 16
    halves = [upper + half + by for half in (0x8000, 0x18000) for by in (-1, 0, 1)]
    steps = generator.integers(0x38800000 >> 13, 0x47800000 >> 13, 15) << 13
    halves += [steps + half + by for half in (0x1000, 0x3000) for by in (-1, 0, 1)]
    ends = [0, 0x80000000, 1, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 0x477FEFFF, 0x477FF000, 0x33000000, 0x33000001]
    found = np.concatenate([drawn, within, *halves, ends]).astype(np.uint32)
    return found[~np.isnan(found.view(np.float32))]


def make_halves() -> dict:
    bits = words()
    numbers = bits.view(np.float32)
    with np.errstate(over="ignore"):
        float16 = numbers.astype(np.float16).view(np.uint16)
    tensor = torch.from_numpy(numbers)
    assert np.array_equal(tensor.to(torch.float16).view(torch.uint16).numpy(), float16), "PyTorch says otherwise"
    return {
        "source": f"torch {torch.__version__}, numpy {np.__version__}",
        "words": bits.tolist(),
        "bfloat16": tensor.to(torch.bfloat16).view(torch.uint16).numpy().tolist(),
        "float16": float16.tolist(),
    }
