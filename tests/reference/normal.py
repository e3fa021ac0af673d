"""The normal distribution's quantiles, rounded once from 60 digits."""

import mpmath
import numpy as np
from scipy.special import ndtri


def quantile(p: float) -> float:
    with mpmath.workdps(60):
        return float(mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(p) - 1))


def probabilities() -> list[float]:
    """Arguments in every range that AS 241 computes differently, and near the ends of the ranges."""
    generator = np.random.Generator(np.random.PCG64(5))
    ends = [0.075, 0.925, float(np.exp(-25.0)), 0.5]
    return [
        2**-53,
        1 - 2**-53,
        *generator.uniform(0, 1, 40).tolist(),
        *(2.0 ** generator.uniform(-53, -1, 40)).tolist(),
        *(1 - np.round(2.0 ** generator.uniform(22, 52, 20)) * 2**-53).tolist(),
        *[end * (1 + sign * 2.0**-k) for end in ends for sign in (-1, 1) for k in (20, 40)],
        *[0.5 + sign * 2.0**-k for sign in (-1, 1) for k in (10, 30, 53) if 0.5 + sign * 2.0**-k != 0.5],
    ]


def make_normal() -> dict:
    points = probabilities()
    values = [quantile(p) for p in points]
    assert np.allclose(values, ndtri(points), rtol=1e-14, atol=0), "SciPy says otherwise"
    return {"source": f"mpmath {mpmath.__version__}, 60 digits", "p": points, "quantile": values}
