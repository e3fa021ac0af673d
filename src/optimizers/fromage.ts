import { defineOptimizer } from "../builtIn.ts";

/**
 * Fromage: steps by a share of each tensor's norm, scaled so that norms do not grow.
 *
 * Options: `lr` share of the norm (default 0.01), `minNorm` least that a norm counts as (0).
 * Ranges: `lr`, `minNorm` [0, inf).
 *
 * Bernstein et al., 2020, "On the Distance between Two Neural Networks and the Stability of
 * Learning", algorithm 1. Where a tensor or its gradient is all zeros and there is no `minNorm`, the
 * gradient is not rescaled, as in the authors' code. The same as optax.fromage, whose min_norm is 1e-6.
 * PyTorch and Keras have none.
 *
 * @example optimize(net, fromage({ lr: 0.01 }))
 */
export const fromage = defineOptimizer({
  name: "fromage",
  title: "Fromage",
  summary: "Steps by a share of each tensor's norm, scaled so that norms do not grow.",
  paper:
    "Bernstein et al., 2020, On the Distance between Two Neural Networks and the Stability of Learning, https://arxiv.org/abs/2002.03432",
  hyper: { lr: 0.01, minNorm: 0 },
  ranges: { lr: "[0, inf)", minNorm: "[0, inf)" },
  symbols: { ratio: "r" },
  rule: `
    length = max(norm(p), minNorm)
    steepness = max(norm(g), minNorm)
    ratio = where(min(length, steepness) > 0, length / steepness, 1)
    p = (p - lr * ratio * g) / sqrt(1 + lr^2)
  `,
});
