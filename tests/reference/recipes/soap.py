"""SOAP: the authors' steps, with LAPACK's eigenvectors and QR."""

import numpy as np

from recipe import Case, PerTensor, Recipe, transcription


class Soap(PerTensor):
    formula = (
        "SOAP as nikhilvyas/SOAP: step 1 finds the eigenvectors of (1 - beta2) g g^T and of "
        "(1 - beta2) g^T g; then m and v as Adam's, v of the turned gradient; p -= lr c Q_L (Q_L^T m "
        "Q_R / (sqrt(v) + eps)) Q_R^T, p -= lr weightDecay p; every frequency steps one power iteration and QR"
    )

    def update(self, p, g, s, t, o):
        n = t - 1
        if n == 0:
            s.m, s.v = np.zeros_like(p), np.zeros_like(p)
            s.sums, s.bases = [], []
            if p.ndim == 2:
                s.sums = [(1 - o.beta2) * g @ g.T, (1 - o.beta2) * g.T @ g]
                s.bases = [self.eigenvectors(each) for each in s.sums]
            return p
        turn = lambda x: s.bases[0].T @ x @ s.bases[1] if s.bases else x  # noqa: E731
        back = lambda x: s.bases[0] @ x @ s.bases[1].T if s.bases else x  # noqa: E731
        s.m = o.beta1 * s.m + (1 - o.beta1) * g
        s.v = o.beta2 * s.v + (1 - o.beta2) * turn(g) ** 2
        step = back(turn(s.m) / (np.sqrt(s.v) + o.eps))
        if o.biasCorrection:
            step = step * (np.sqrt(1 - o.beta2**n) / (1 - o.beta1**n)).astype(p.dtype)
        p = p - o.lr * step
        p = p - o.lr * o.weightDecay * p
        if s.bases:
            products = [g @ g.T, g.T @ g]
            s.sums = [o.beta2 * a + (1 - o.beta2) * b for a, b in zip(s.sums, products)]
            if n % o.frequency == 0:
                self.refresh(s)
        return p

    def eigenvectors(self, matrix):
        vectors = np.linalg.eigh(matrix.astype(np.float64))[1]
        return vectors[:, ::-1].astype(matrix.dtype)

    def refresh(self, s):
        for axis, (total, basis) in enumerate(zip(s.sums, s.bases)):
            product = total.astype(np.float64) @ basis
            order = np.argsort(-np.sum(basis * product, axis=0), kind="stable")
            s.v = np.take(s.v, order, axis=axis)
            s.bases[axis] = np.linalg.qr(product[:, order])[0].astype(total.dtype)


DEFAULTS = {
    "lr": 3e-3, "beta1": 0.95, "beta2": 0.95, "eps": 1e-8, "weightDecay": 1e-2, "frequency": 10,
    "biasCorrection": True,
}  # fmt: skip

RECIPE = Recipe(
    source=transcription(Soap),
    # Rounding rotates eigenvectors by its size divided by the distance of their eigenvalues.
    tolerance=1e-10,
    cases=[
        Case("defaults", DEFAULTS),
        Case("frequency 1, no decay", {**DEFAULTS, "frequency": 1, "weightDecay": 0}),
        Case("frequency 3, uncorrected", {**DEFAULTS, "frequency": 3, "biasCorrection": False}),
        Case("beta1 0, large eps and lr", {**DEFAULTS, "beta1": 0, "eps": 0.1, "lr": 0.5}),
    ],
)
