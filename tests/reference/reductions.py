"""Reductions over all tensors, for formulas with one number for the whole model."""

import numpy as np


def total(tensors: dict[str, np.ndarray]) -> float:
    """The sum of all elements in float64, like scalars in Gradus."""
    return sum(float(np.sum(a.astype(np.float64))) for a in tensors.values())
