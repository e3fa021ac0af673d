import { defineOptimizer } from "../builtIn.ts";

/**
 * FTRL-Proximal: follows the regularized leader, which keeps rarely used weights at exactly zero.
 *
 * Options: `lr` step size, the paper's alpha (default 0.001), `beta` added to the root (1), `l1`
 * strength of the L1 term, which makes the zeros (0), `l2` strength of the L2 term (0), `lrPower`
 * power of the sum of squares that divides the step (-0.5; 0 for none), `initialAccumulator` start
 * of that sum (0).
 * Ranges: `lr`, `beta`, `l1`, `l2`, `initialAccumulator` [0, inf); `lrPower` (-inf, 0].
 * State: `n` sum of squared gradients, `z` sum of gradients less the steps taken, one value an
 * element each. Meant for linear models: it counts from zero, and forgets where a weight started as
 * soon as it has stepped. With `beta` 0 let the sum start above 0, or a weight without gradient
 * becomes 0 / 0. A step at an `lr` of 0 leaves everything as it is.
 *
 * McMahan et al., 2013, "Ad Click Prediction: a View from the Trenches", algorithm 1. Keras and
 * TensorFlow start the sum at 0.1 and beta at 0; their l2_regularization_strength is half of `l2`,
 * and their shrinkage of s is `l2(2 * s)` chained before it, but that it leaves `n` alone. Not in
 * PyTorch, Optax or TensorFlow.js.
 *
 * @example optimize(net, ftrl({ lr: 0.1, l1: 1 }))
 */
export const ftrl = defineOptimizer({
  name: "ftrl",
  title: "FTRL-Proximal",
  summary: "Follows the regularized leader: weights that matter little are exactly zero.",
  paper:
    "McMahan et al., 2013, Ad Click Prediction: a View from the Trenches, https://doi.org/10.1145/2487575.2488200",
  hyper: { lr: 1e-3, beta: 1, l1: 0, l2: 0, lrPower: -0.5, initialAccumulator: 0 },
  ranges: {
    lr: "[0, inf)",
    beta: "[0, inf)",
    l1: "[0, inf)",
    l2: "[0, inf)",
    lrPower: "(-inf, 0]",
    initialAccumulator: "[0, inf)",
  },
  state: { n: "initialAccumulator", z: 0 },
  symbols: { l1: "lambda1", l2: "lambda2" },
  rule: `
    before = where(lrPower == -0.5, sqrt(n), n^(-lrPower))
    n = where(lr == 0, n, n + g^2)
    after = where(lrPower == -0.5, sqrt(n), n^(-lrPower))
    z = where(lr == 0, z, z + g - (after - before) / lr * p)
    p = where(lr == 0, p, (clamp(z, -l1, l1) - z) / ((beta + after) / lr + l2))
  `,
});
