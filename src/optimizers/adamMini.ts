import { defineOptimizer } from "../builtIn.ts";

/**
 * Adam-mini: AdamW with one step size for each output of a matrix instead of one for each element.
 *
 * Options: `lr` step size (default 0.001), `beta1` (0.9), `beta2` (0.999), `eps` (1e-8) and
 * `weightDecay` (0) as in `adamw`, `outputsFirst` where outputs are rows, as PyTorch has the weights
 * of a layer and everyone embeddings, rather than columns, as here, in Optax and Keras (false).
 * Ranges: `lr`, `eps`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, one value an element, half of Adam's; of a matrix `r`, one a row, or `c`, one a
 * column; of vectors `v`, one value an element. More than two dimensions count as [first, rest].
 *
 * Zhang et al., 2024, "Adam-mini: Use Fewer Learning Rates To Gain More", algorithm 1. Blocks are
 * what the authors' code makes of embeddings, values, MLPs and output layers, and of biases, which
 * stay with Adam. Told apart by their names there: queries and keys have a block for each head (give
 * each head a parameter of its own for that), layer norms one each. Not in PyTorch, Optax or Keras.
 *
 * @example optimize(net, adamMini({ weightDecay: 0.1 }))
 */
export const adamMini = defineOptimizer({
  name: "adamMini",
  title: "Adam-mini",
  summary: "AdamW with one step size for each output of a matrix.",
  paper:
    "Zhang et al., 2024, Adam-mini: Use Fewer Learning Rates To Gain More, https://arxiv.org/abs/2406.16793",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, outputsFirst: false },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, r: { kind: "column", initial: 0 }, c: { kind: "row", initial: 0 }, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    r = beta2 * r + (1 - beta2) * rowMean(g^2)
    c = beta2 * c + (1 - beta2) * colMean(g^2)
    v = beta2 * v + (1 - beta2) * g^2
    vHat = where(matrix, where(outputsFirst, r, c), v) / (1 - beta2^t)
    u = (m / (1 - beta1^t)) / (sqrt(vHat) + eps) + weightDecay * p
  `,
});
