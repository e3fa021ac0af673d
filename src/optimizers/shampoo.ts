import { defineOptimizer } from "../builtIn.ts";

/**
 * Shampoo: AdaGrad with a whole matrix for each side of a matrix of parameters.
 *
 * Options: `lr` step size (default 0.1), `momentum` decay of a mean of directions (0), `eps` added to
 * the sums' eigenvalues, above 0 (1e-4), `frequency` steps from one computation of the roots to the
 * next (1).
 * Ranges: `lr` [0, inf); `momentum` [0, 1); `eps` (0, inf); `frequency` whole [1, inf).
 * State: `l` and its inverse fourth root `lRoot`, rows × rows, `r` and `rRoot`, cols × cols; of
 * vectors `v`, one value an element, as in AdaGrad. With `momentum` also `m`, one value an element.
 * More than two dimensions count as [first, rest].
 *
 * Gupta et al., 2018, "Shampoo: Preconditioned Stochastic Tensor Optimization", algorithm 1, whose sums
 * begin with eps on the diagonal: the same, but that rounding cannot lose it beside large sums. A
 * vector, for which it would be AdaGrad with a full matrix, has the diagonal here. The paper names no
 * `lr` or `eps` for all tasks. Roots are taken at steps 1, 1 + frequency, ... and cost some rows³ and
 * cols³: matrices of many thousands on a side are for another optimizer. Google's and Meta's
 * distributed versions add decaying sums, blocks and grafting. Not in PyTorch, Optax or Keras.
 *
 * @example optimize(net, shampoo({ frequency: 10 }))
 */
export const shampoo = defineOptimizer({
  name: "shampoo",
  title: "Shampoo",
  summary: "AdaGrad with a whole matrix for each side of a matrix of parameters.",
  paper:
    "Gupta et al., 2018, Shampoo: Preconditioned Stochastic Tensor Optimization, https://arxiv.org/abs/1802.09568",
  hyper: { lr: 0.1, momentum: 0, eps: 1e-4, frequency: 1 },
  ranges: { lr: "[0, inf)", momentum: "[0, 1)", eps: "(0, inf)", frequency: "whole [1, inf)" },
  state: {
    l: { kind: "left", initial: 0 },
    r: { kind: "right", initial: 0 },
    lRoot: { kind: "left", initial: 0 },
    rRoot: { kind: "right", initial: 0 },
    v: "eps",
    m: 0,
  },
  symbols: { l: "L", r: "R", lRoot: "A", rRoot: "B" },
  rule: `
    l = l + matmul(g, transpose(g))
    r = r + matmul(transpose(g), g)
    due = (t - 1) % frequency == 0
    lRoot = where(due, inverseRoot(l, 4, eps), lRoot)
    rRoot = where(due, inverseRoot(r, 4, eps), rRoot)
    v = v + g^2
    u = where(matrix, matmul(matmul(lRoot, g), rRoot), g / sqrt(v))
    m = momentum * m + (1 - momentum) * u
    u = where(momentum == 0, u, m)
  `,
});
