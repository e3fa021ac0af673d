import { defineTransform } from "../builtIn.ts";
import { orderedNorm } from "../rule/orderedNorm.ts";

/**
 * Scales the gradient of each parameter down, so that its norm is at most `maxNorm`.
 *
 * Options: `maxNorm` largest norm (default 1; a bare number sets it), `order` of the norm (2, the Euclidean; 1 is
 * the sum of magnitudes, Infinity the largest; any above 0).
 * Ranges: `maxNorm` [0, inf]; `order` (0, inf].
 *
 * The same as Keras' `clipnorm`. For the norm of all gradients together see `clipByGlobalNorm`.
 *
 * @example optimize(net, chain(clipByNorm(1), adam()))
 */
export const clipByNorm = defineTransform({
  name: "clipByNorm",
  title: "Clipping by norm",
  summary: "Scales the gradient of each parameter down where its norm is too large.",
  hyper: { maxNorm: 1, order: 2 },
  ranges: { maxNorm: "[0, inf]", order: "(0, inf]" },
  argument: "maxNorm",
  rule: `${orderedNorm("g", false)}
    g = g * where(length <= maxNorm, 1, maxNorm / length)
  `,
});
