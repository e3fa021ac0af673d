"""How far two sets of results are apart, and whether rounding alone could bring them there."""

import numpy as np

AMPLIFICATION = 5e-14  # what noise of 2^-51 in the inputs may grow to; tests ask for 1e-12


def largest_difference(one: dict, other: dict) -> float:
    """The largest relative difference of an element, in two dictionaries of named tensors."""
    differences = [0.0]
    for key, tensors in one.items():
        for name, values in tensors.items():
            a, b = np.ravel(values), np.ravel(other[key][name])
            scale = np.maximum(np.abs(a), np.abs(b))
            scale[scale == 0] = 1
            differences.append(float(np.max(np.abs(a - b) / scale)))
    return max(differences)


def assert_well_conditioned(label: str, result: dict, moved: dict) -> None:
    """Fail if noise in the last place of the inputs shows in the results."""
    growth = largest_difference(result, moved)
    if growth > AMPLIFICATION:
        raise AssertionError(f"{label}: rounding grows to {growth}; no test to 1e-12 can hold")
