import { defineTransform } from "../builtIn.ts";

/**
 * Keeps parameters from being negative: those that the step has left below zero become zero.
 *
 * It has no options. It stands behind the optimizer in a chain.
 *
 * The Euclidean projection onto the non-negative orthant; the same as Optax'
 * projection_non_negative and keep_params_nonnegative, and Keras' NonNeg constraint.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectNonNegative()))
 */
export const projectNonNegative = defineTransform({
  name: "projectNonNegative",
  title: "Projection onto non-negative values",
  summary: "Moves negative parameters to zero after the step.",
  hyper: {},
  behind: true,
  rule: `
    p = max(p, 0)
  `,
});
