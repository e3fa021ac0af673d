import { defineOptimizer } from "../builtIn.ts";

/**
 * signSGD: steps of one size, against the sign of each gradient.
 *
 * Options: `lr` step size (default 1e-4).
 * Ranges: `lr` [0, inf).
 *
 * Bernstein et al., 2018, "signSGD: Compressed Optimisation for Non-Convex Problems", algorithm 1. An
 * element with a zero gradient stays. The same as optax.sign_sgd; PyTorch and Keras have none. With
 * momentum see `signum` and `lion`.
 *
 * @example optimize(net, signSgd({ lr: 1e-3 }))
 */
export const signSgd = defineOptimizer({
  name: "signSgd",
  title: "signSGD",
  summary: "Steps of one size, against the sign of each gradient.",
  paper:
    "Bernstein et al., 2018, signSGD: Compressed Optimisation for Non-Convex Problems, https://arxiv.org/abs/1802.04434",
  hyper: { lr: 1e-4 },
  ranges: { lr: "[0, inf)" },
  rule: `
    u = sign(g)
  `,
});
