import { defineTransform } from "../builtIn.ts";

/**
 * Ascends: turns the gradient around, so that the optimizer after it maximizes.
 *
 * It has no options. It stands first in a chain: an `l2` or a `weightDecay` behind it still pulls
 * parameters towards zero.
 *
 * The same as `maximize=True` of PyTorch's optimizers.
 *
 * @example optimize(net, chain(maximize(), adam()))
 */
export const maximize = defineTransform({
  name: "maximize",
  title: "Maximization",
  summary: "Turns the gradient around, so that the optimizer ascends.",
  hyper: {},
  rule: `
    g = -g
  `,
});
