import { defineTransform } from "../builtIn.ts";

/**
 * Makes one step of the sum of several directions: parameters stay in between.
 *
 * Options: `every` the steps to a sum (default 4; a bare number sets it). It stands behind the optimizer
 * in a chain, whose state goes on at each step; for one update of the mean gradient see `accumulate`.
 * Ranges: `every` whole [1, inf).
 * State: `total`, one value an element.
 *
 * The same as optax.apply_every between a direction and the learning rate. Not in PyTorch or Keras.
 *
 * @example optimize(net, chain(adam(), applyEvery(4)))
 */
export const applyEvery = defineTransform({
  name: "applyEvery",
  title: "A step of several directions",
  summary: "Makes one step of the sum of several directions.",
  hyper: { every: 4 },
  ranges: { every: "whole [1, inf)" },
  argument: "every",
  state: { total: 0 },
  rule: `
    due = t % every == 0
    all = total + u
    total = where(due, 0, all)
    u = where(due, all, 0)
  `,
});
