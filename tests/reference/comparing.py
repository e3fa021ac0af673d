"""Compares two sets of results, and checks whether they are sensitive to rounding."""

import numpy as np

TOLERANCE = 1e-12  # how closely a second source must agree, and how closely Gradus is held to, as a rule
AMPLIFICATION = 1 / 20  # the part of the tolerance that noise of 2^-51 in the inputs may grow to


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


def assert_well_conditioned(
    label: str, result: dict, moved: dict, tolerance: float = TOLERANCE
) -> None:
    """Fail if the results are sensitive to noise in the last place of the inputs."""
    growth = largest_difference(result, moved)
    if growth > AMPLIFICATION * tolerance:
        raise AssertionError(f"{label}: rounding grows to {growth}; no test to {tolerance} can hold")
