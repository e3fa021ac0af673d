import { defineOptimizer } from "../builtIn.ts";

/**
 * SM3: AdaGrad whose sums of squares a matrix bounds by one value a row and one a column.
 *
 * Options: `lr` step size (default 0.1), `momentum` decay of a mean of directions (0.9), `beta2`
 * decay of the bounds (1: none), `eps` added to the sum under the root (0).
 * Ranges: `lr`, `eps` [0, inf); `momentum` [0, 1); `beta2` [0, 1].
 * State: `r`, one value a row, and `c`, one a column; of vectors `v`, one value an element, as in
 * AdaGrad. With `momentum` also `m`, one value an element. More than two dimensions count as
 * [first, rest].
 *
 * Anil et al., 2019, "Memory-Efficient Adaptive Optimization", algorithm SM3-II with the momentum
 * of the authors' code; the paper has no `lr` for all tasks. `beta2` below 1 makes it 1 - beta2
 * times the square. The same as optax.sm3, but for its eps of 1e-8 and a bound for each dimension
 * where there are more than two. Not in PyTorch or Keras.
 *
 * @example optimize(net, sm3({ lr: 0.1 }))
 */
export const sm3 = defineOptimizer({
  name: "sm3",
  title: "SM3",
  summary: "AdaGrad whose sums of squares a matrix bounds by one value a row and one a column.",
  paper:
    "Anil et al., 2019, Memory-Efficient Adaptive Optimization, https://arxiv.org/abs/1901.11150",
  hyper: { lr: 0.1, momentum: 0.9, beta2: 1, eps: 0 },
  ranges: { lr: "[0, inf)", momentum: "[0, 1)", beta2: "[0, 1]", eps: "[0, inf)" },
  state: { r: { kind: "column", initial: 0 }, c: { kind: "row", initial: 0 }, v: 0, m: 0 },
  symbols: { bound: "nu" },
  rule: `
    weight = where(beta2 == 1, 1, 1 - beta2)
    bound = beta2 * where(matrix, min(r, c), v) + weight * g^2
    r = rowMax(bound)
    c = colMax(bound)
    v = bound
    u = where(bound > 0, g / sqrt(bound + eps), 0)
    m = momentum * m + (1 - momentum) * u
    u = where(momentum == 0, u, m)
  `,
});
