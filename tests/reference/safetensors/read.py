"""Print the contents of a file as JSON, read with Python's safetensors: `read.py FILE`. Needs only numpy, ml_dtypes and safetensors."""

import json
import sys

import ml_dtypes  # noqa: F401 - so that NumPy knows bfloat16
from safetensors import safe_open


def main(path: str) -> None:
    with safe_open(path, framework="numpy") as file:
        tensors = {}
        for name in file.keys():
            array = file.get_tensor(name)
            tensors[name] = {
                "dtype": str(array.dtype),
                "shape": list(array.shape),
                "bytes": array.tobytes().hex(),
                "numbers": array.astype(float).ravel().tolist(),
            }
        print(json.dumps({"metadata": file.metadata(), "tensors": tensors}))


if __name__ == "__main__":
    main(sys.argv[1])
