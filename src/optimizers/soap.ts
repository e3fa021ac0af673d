import { defineOptimizer } from "../builtIn.ts";

/**
 * SOAP: Adam along the eigenvectors of Shampoo's matrices.
 *
 * Options: `lr` step size (default 0.003), `beta1` decay of the momentum (0.95), `beta2` of the mean
 * of squares and of Shampoo's matrices (0.95), `eps` added to the root (1e-8), `weightDecay` share of
 * each parameter taken off, times `lr` (0.01), `frequency` steps from one refreshing of the
 * eigenvectors to the next (10), `biasCorrection` as Adam's (true).
 * Ranges: `lr`, `eps`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1); `frequency` whole [1, inf).
 * State: `m`, `v`, one value an element each; `l` and its eigenvectors `lBasis`, rows × rows, `r`
 * and `rBasis`, cols × cols. Vectors have `m` and `v` alone, as in Adam. More than two dimensions
 * count as [first, rest].
 *
 * Vyas et al., 2024, "SOAP: Improving and Stabilizing Shampoo using Adam", algorithm 3, as the
 * authors' code has it: the first step only finds a basis, decay comes after a step, and bias is
 * corrected outside the root. There sides of more than 10000 have no basis, here they have one
 * whatever it costs. Not in PyTorch, Optax or Keras.
 *
 * @example optimize(net, soap({ weightDecay: 0 }))
 */
export const soap = defineOptimizer({
  name: "soap",
  title: "SOAP",
  summary: "Adam along the eigenvectors of Shampoo's matrices.",
  paper:
    "Vyas et al., 2024, SOAP: Improving and Stabilizing Shampoo using Adam, https://arxiv.org/abs/2409.11321",
  hyper: {
    lr: 3e-3,
    beta1: 0.95,
    beta2: 0.95,
    eps: 1e-8,
    weightDecay: 1e-2,
    frequency: 10,
    biasCorrection: true,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    weightDecay: "[0, inf)",
    frequency: "whole [1, inf)",
  },
  state: {
    m: 0,
    v: 0,
    l: { kind: "left", initial: 0 },
    r: { kind: "right", initial: 0 },
    lBasis: { kind: "left", initial: 0 },
    rBasis: { kind: "right", initial: 0 },
  },
  symbols: { l: "L", r: "R", lBasis: "QL", rBasis: "QR", n: "k", frequency: "f" },
  rule: `
    n = t - 1
    first = n == 0
    gTurned = where(matrix, matmul(matmul(transpose(lBasis), g), rBasis), g)
    m = where(first, 0, beta1 * m + (1 - beta1) * g)
    v = where(first, 0, beta2 * v + (1 - beta2) * gTurned^2)
    mTurned = where(matrix, matmul(matmul(transpose(lBasis), m), rBasis), m)
    turned = mTurned / (sqrt(v) + eps)
    correction = where(biasCorrection, sqrt(1 - beta2^n) / (1 - beta1^n), 1)
    back = where(matrix, matmul(matmul(lBasis, turned), transpose(rBasis)), turned)
    step = correction * back
    u = where(first, 0, step + weightDecay * (p - lr * step))
    l = beta2 * l + (1 - beta2) * matmul(g, transpose(g))
    r = beta2 * r + (1 - beta2) * matmul(transpose(g), g)
    due = n % frequency == 0
    lOrder = eigenvalueOrder(l, lBasis)
    rOrder = eigenvalueOrder(r, rBasis)
    sorted = where(due, reorder(reorder(v, lOrder), rOrder), v)
    v = where(matrix, sorted, v)
    lBasis = where(first, eigenvectors(l), where(due, refreshBasis(l, lBasis), lBasis))
    rBasis = where(first, eigenvectors(r), where(due, refreshBasis(r, rBasis), rBasis))
  `,
});
