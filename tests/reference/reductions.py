"""Reductions over all tensors, for formulas that step by one number for the whole model."""

import numpy as np


def total(tensors: dict[str, np.ndarray]) -> float:
    """The sum of every element, in float64, as Gradus has scalars."""
    return sum(float(np.sum(a.astype(np.float64))) for a in tensors.values())
