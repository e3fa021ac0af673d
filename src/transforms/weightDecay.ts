import { defineTransform } from "../builtIn.ts";

/**
 * Decoupled weight decay: adds `weightDecay` times the parameter to the direction, for optimizers
 * that have none of their own.
 *
 * Options: `weightDecay` share of each parameter taken off, times the learning rate (default 0.01; a bare number sets it).
 * It stands behind the optimizer in a chain.
 * Ranges: `weightDecay` [0, inf).
 *
 * Loshchilov & Hutter, 2019, "Decoupled Weight Decay Regularization", algorithm 2; times the
 * learning rate as in PyTorch, Optax and Keras (the paper's is not). The same as Optax'
 * add_decayed_weights between the direction and the learning rate: `adam` with it is `adamw`. For
 * decay that the optimizer sees as part of the gradient put `l2` before it.
 *
 * @example optimize(net, chain(rmsprop(), weightDecay(0.01)), { groups: [{ match: /bias/, weightDecay: 0 }] })
 */
export const weightDecay = defineTransform({
  name: "weightDecay",
  title: "Decoupled weight decay",
  summary: "Adds a multiple of the parameter to the direction.",
  paper:
    "Loshchilov & Hutter, 2019, Decoupled Weight Decay Regularization, https://arxiv.org/abs/1711.05101",
  hyper: { weightDecay: 1e-2 },
  ranges: { weightDecay: "[0, inf)" },
  argument: "weightDecay",
  rule: `
    u = u + weightDecay * p
  `,
});
