"""Print what Python's safetensors read in a file, as JSON: `read.py FILE`. Needs numpy and safetensors alone."""

import json
import sys

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
            }
        print(json.dumps({"metadata": file.metadata(), "tensors": tensors}))


if __name__ == "__main__":
    main(sys.argv[1])
