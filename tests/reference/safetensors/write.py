"""Write others.safetensors beside this file: a file of Python's safetensors, to test our reader.

Needs only numpy and safetensors. Element i of each array is i / 8 + 1, or i + 1 for integers.
"""

from pathlib import Path

import numpy as np
from safetensors import TensorSpec, serialize_file

HERE = Path(__file__).parent

SHAPES = {
    "w": ("float32", (2, 3)),
    "wide": ("float64", (3,)),
    "scalar": ("float32", ()),
    "none": ("float32", (0, 4)),
    "half": ("float16", (3,)),
    "count": ("int64", (2,)),
    "mask": ("bool", (5,)),
    "näme/\"with\\ 🎲\n": ("float32", (1,)),
    "__proto__": ("float32", (2,)),
}
METADATA = {"format": "np", "note": "é \" \\ 🎲", "__proto__": "text"}


def array_of(dtype: str, shape: tuple) -> np.ndarray:
    order = np.arange(int(np.prod(shape)), dtype="float64").reshape(shape)
    values = order + 1 if dtype in ("int64", "bool") else order / 8 + 1
    # The sum of a scalar is a number rather than an array.
    return np.asarray(values, dtype=dtype).reshape(shape)


def main() -> None:
    arrays = {name: (dtype, array_of(dtype, shape)) for name, (dtype, shape) in SHAPES.items()}
    # numpy has no such type, so 1, 1.5 and 2 are written as bits.
    arrays["brain"] = ("bfloat16", np.array([0x3F80, 0x3FC0, 0x4000], dtype="<u2"))
    specifications = {
        name: TensorSpec(
            dtype=dtype,
            shape=list(array.shape),
            data_ptr=array.ctypes.data,
            data_len=array.nbytes,
        )
        for name, (dtype, array) in arrays.items()
    }
    serialize_file(specifications, str(HERE / "others.safetensors"), metadata=METADATA)


if __name__ == "__main__":
    main()
