import { defineOptimizer } from "../builtIn.ts";

/**
 * Lion: the sign of a momentum that leans towards the present gradient, one state instead of two.
 *
 * Options: `lr` step size (default 1e-4), `beta1` share of the momentum in the direction (0.9),
 * `beta2` decay of the momentum (0.99), `weightDecay` decoupled decay, times lr (0).
 * Ranges: `lr`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, one value an element.
 *
 * Chen et al., 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2, with the
 * defaults of the authors' code. Every step moves each element by lr, so that lr is 3 to 10 times
 * smaller than Adam's and the decay that much larger. The same as optax.lion, whose weight_decay
 * is 1e-3, and keras.optimizers.Lion, whose lr is 1e-3. PyTorch has none.
 *
 * @example optimize(net, lion({ lr: 1e-4, weightDecay: 0.1 }))
 */
export const lion = defineOptimizer({
  name: "lion",
  title: "Lion",
  summary: "The sign of a momentum that leans towards the present gradient.",
  paper:
    "Chen et al., 2023, Symbolic Discovery of Optimization Algorithms, https://arxiv.org/abs/2302.06675",
  hyper: { lr: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
  ranges: { lr: "[0, inf)", beta1: "[0, 1)", beta2: "[0, 1)", weightDecay: "[0, inf)" },
  state: { m: 0 },
  rule: `
    u = sign(beta1 * m + (1 - beta1) * g) + weightDecay * p
    m = beta2 * m + (1 - beta2) * g
  `,
});
