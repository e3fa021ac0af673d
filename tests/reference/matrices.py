"""Results of LAPACK, SciPy and Optax for matrices, as references for the routines of the rule language."""

import numpy as np
import optax
from optax.contrib._muon import orthogonalize_via_newton_schulz
from scipy.linalg import fractional_matrix_power

COEFFICIENTS = [3.4445, -4.775, 2.0315]


def as_json(matrix: np.ndarray) -> dict:
    rows, cols = matrix.shape
    return {"rows": rows, "cols": cols, "data": matrix.ravel().tolist()}


def orthogonalized(x: np.ndarray, steps: int, eps: float) -> dict:
    result = np.asarray(
        orthogonalize_via_newton_schulz(x, np.array(COEFFICIENTS), ns_steps=steps, eps=eps)
    )
    assert result.dtype == np.float64, "JAX must be in 64 bits"
    return {"numbers": [steps, *COEFFICIENTS, eps], "x": as_json(x), "result": as_json(result)}


def eigenvectors(s: np.ndarray) -> dict:
    """In descending order. The signs are arbitrary, so compare the projections onto each."""
    values, vectors = np.linalg.eigh(s)
    assert np.diff(values).min(initial=np.inf) > 1e-3 * values.max(), "nearly equal eigenvalues"
    return {"s": as_json(s), "result": as_json(vectors[:, ::-1])}


def inverse_root(s: np.ndarray, order: int, ridge: float) -> dict:
    result = fractional_matrix_power(s + ridge * np.eye(len(s)), -1 / order)
    return {"numbers": [order, ridge], "s": as_json(s), "result": as_json(result)}


def refreshed(s: np.ndarray, q: np.ndarray) -> dict:
    """The authors' `get_orthogonal_matrix_QR` of SOAP, for one matrix."""
    order = np.argsort(-np.diag(q.T @ s @ q), kind="stable")
    result, _ = np.linalg.qr(s @ q[:, order])
    return {"s": as_json(s), "q": as_json(q), "order": order.tolist(), "result": as_json(result)}


def make_matrices() -> dict:
    generator = np.random.Generator(np.random.PCG64(3))
    normal = generator.standard_normal

    def positive(n: int) -> np.ndarray:
        x = normal((n, 2 * n))
        return x @ x.T

    def basis(n: int) -> np.ndarray:
        return np.linalg.qr(normal((n, n)))[0]

    return {
        "source": f"NumPy {np.__version__} (LAPACK), SciPy, Optax {optax.__version__} in float64",
        "orthogonalize": [
            orthogonalized(normal(shape), steps, eps)
            for shape, steps, eps in [
                *[((3, 3), 5, 1e-8), ((2, 7), 5, 1e-8), ((9, 4), 5, 1e-8)],
                *[((1, 4), 1, 0.1), ((4, 1), 3, 1e-8), ((5, 6), 0, 1e-8)],
            ]
        ],
        "eigenvectors": [eigenvectors(positive(n)) for n in [1, 2, 3, 8]],
        "inverseRoot": [
            inverse_root(positive(n), order, ridge)
            for n, order, ridge in [(1, 4, 0), (3, 2, 1e-3), (4, 4, 1e-6), (5, 6, 0.1), (6, 3, 0)]
        ],
        "refreshBasis": [refreshed(positive(n), basis(n)) for n in [1, 2, 5, 8]],
    }
