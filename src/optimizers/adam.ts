import { defineOptimizer } from "../builtIn.ts";

/**
 * Adam: momentum joined with RMSprop's adaptive rates, each corrected for its start at zero.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the mean of gradients (0.9), `beta2`
 * decay of the mean of their squares (0.999), `eps` added to the root (1e-8).
 * Ranges: `lr`, `eps` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, one value an element each.
 *
 * Kingma & Ba, 2015, "Adam: A Method for Stochastic Optimization", algorithm 1; the same as
 * torch.optim.Adam and optax.adam. Keras and TensorFlow.js use 1e-7 as eps, Keras inside the
 * bias-corrected step ("epsilon hat"). For L2 put `l2()` before it, for decoupled decay see `adamw`.
 *
 * @example optimize(net, adam({ lr: 3e-4 }))
 */
export const adam = defineOptimizer({
  name: "adam",
  title: "Adam",
  summary: "Momentum joined with RMSprop's adaptive rates, corrected for their start at zero.",
  paper:
    "Kingma & Ba, 2015, Adam: A Method for Stochastic Optimization, https://arxiv.org/abs/1412.6980",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  ranges: { lr: "[0, inf)", beta1: "[0, 1)", beta2: "[0, 1)", eps: "[0, inf)" },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
  `,
});
