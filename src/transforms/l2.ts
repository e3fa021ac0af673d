import { defineTransform } from "../builtIn.ts";

/**
 * L2 regularization: adds `l2` times the parameter to its gradient.
 *
 * Options: `l2` share of each parameter added to its gradient (default 0.01; a bare number sets it).
 * Ranges: `l2` [0, inf).
 *
 * The same as `weight_decay` of PyTorch's SGD, Adam and RMSprop, and as Optax'
 * add_decayed_weights before the optimizer. Adaptive optimizers divide it by the gradients' scale;
 * for decay that they do not touch see `adamw`.
 *
 * @example optimize(net, chain(l2(1e-4), sgd({ momentum: 0.9 })))
 */
export const l2 = defineTransform({
  name: "l2",
  title: "L2 regularization",
  summary: "Adds a multiple of the parameter to its gradient.",
  hyper: { l2: 1e-2 },
  ranges: { l2: "[0, inf)" },
  argument: "l2",
  rule: `
    g = g + l2 * p
  `,
});
