import { defineOptimizer } from "../builtIn.ts";

/**
 * Signum: steps of one size, against the sign of the mean of gradients.
 *
 * Options: `lr` step size (default 1e-4), `beta` decay of the mean (0.9).
 * Ranges: `lr` [0, inf); `beta` [0, 1).
 * State: `m`, one value an element.
 *
 * Bernstein et al., 2018, "signSGD: Compressed Optimisation for Non-Convex Problems", algorithm 2. The
 * same as optax.signum; PyTorch and Keras have none. `lion` weights the present gradient anew.
 *
 * @example optimize(net, signum({ lr: 1e-3 }))
 */
export const signum = defineOptimizer({
  name: "signum",
  title: "Signum",
  summary: "Steps of one size, against the sign of the mean of gradients.",
  paper:
    "Bernstein et al., 2018, signSGD: Compressed Optimisation for Non-Convex Problems, https://arxiv.org/abs/1802.04434",
  hyper: { lr: 1e-4, beta: 0.9 },
  ranges: { lr: "[0, inf)", beta: "[0, 1)" },
  state: { m: 0 },
  rule: `
    m = beta * m + (1 - beta) * g
    u = sign(m)
  `,
});
