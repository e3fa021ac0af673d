import { defineOptimizer } from "../builtIn.ts";

/**
 * LARS: momentum whose step of each tensor is a share of the tensor's norm, for large batches.
 *
 * Options: `lr` step size (default 1), `momentum` decay of the velocity (0.9), `nesterov` looks one
 * step ahead (false), `trustCoefficient` share of the norm (0.001), `l2` decay within the gradient
 * (5e-4), `eps` added to the divisor (0).
 * Ranges: `lr`, `momentum`, `trustCoefficient`, `l2`, `eps` [0, inf).
 * State: `b`, the velocity, one value an element.
 *
 * You et al., 2017, "Large Batch Training of Convolutional Networks", algorithm 1: the learning rate
 * is inside the velocity. Where a tensor or its gradient is all zeros the gradient is taken as it is,
 * as elsewhere. optax.lars divides by the norm of the decayed gradient, not by the sum of both norms:
 * that is `chain(l2(5e-4), lars({ l2: 0 }))`. PyTorch and Keras have none. Biases and the scales of
 * normalisations are usually left out, by a rule of their own.
 *
 * @example optimize(net, lars({ lr: 4 }))
 */
export const lars = defineOptimizer({
  name: "lars",
  title: "LARS",
  summary: "Momentum whose step of each tensor is a share of the tensor's norm.",
  paper:
    "You et al., 2017, Large Batch Training of Convolutional Networks, https://arxiv.org/abs/1708.03888",
  hyper: { lr: 1, momentum: 0.9, nesterov: false, trustCoefficient: 1e-3, l2: 5e-4, eps: 0 },
  ranges: {
    lr: "[0, inf)",
    momentum: "[0, inf)",
    trustCoefficient: "[0, inf)",
    l2: "[0, inf)",
    eps: "[0, inf)",
  },
  state: { b: 0 },
  symbols: { trustCoefficient: "phi", both: "n", ratio: "r" },
  rule: `
    both = norm(g) + l2 * norm(p)
    ratio = where(min(norm(p), both) > 0, trustCoefficient * norm(p) / (both + eps), 1)
    s = lr * ratio * (g + l2 * p)
    b = momentum * b + s
    p = p - where(nesterov, momentum * b + s, b)
  `,
});
