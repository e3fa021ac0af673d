import { defineOptimizer } from "../builtIn.ts";

/**
 * Yogi: Adam whose mean of squares moves by as much as the gradient's square, not as it.
 *
 * Options: `lr` step size (default 0.01), `beta1` decay of the mean of gradients (0.9), `beta2`
 * decay of their squares (0.999), `eps` added to the root (0.001), `epsRoot` added inside the root
 * (0), `initialAccumulator` what the squares start from (1e-6), `initialMean` what the mean starts
 * from (0).
 * Ranges: `lr`, `eps`, `epsRoot`, `initialAccumulator` [0, inf); `beta1`, `beta2` [0, 1);
 * `initialMean` (-inf, inf).
 * State: `m`, `v`, one value an element each.
 *
 * Zaheer et al., 2018, "Adaptive Methods for Nonconvex Optimization", algorithm 2, with Adam's
 * corrections of the start, as the authors' experiments, Optax and TensorFlow Addons have them.
 * optax.yogi starts `m` from its initial accumulator as well: `initialMean: 1e-6`. TensorFlow Addons,
 * where the start is from, adds eps before the correction. PyTorch and Keras have none.
 *
 * @example optimize(net, yogi({ lr: 1e-2 }))
 */
export const yogi = defineOptimizer({
  name: "yogi",
  title: "Yogi",
  summary: "Adam whose mean of squares moves in steps of the gradient's square, up or down.",
  paper:
    "Zaheer et al., 2018, Adaptive Methods for Nonconvex Optimization, https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization",
  hyper: {
    lr: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-3,
    epsRoot: 0,
    initialAccumulator: 1e-6,
    initialMean: 0,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    initialAccumulator: "[0, inf)",
    initialMean: "(-inf, inf)",
  },
  state: { m: "initialMean", v: "initialAccumulator" },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = v - (1 - beta2) * sign(v - g^2) * g^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps)
  `,
});
