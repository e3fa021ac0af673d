import { defineTransform } from "../rule/define.ts";

/**
 * Scales the gradient of each parameter down, so that its norm is at most `maxNorm`.
 *
 * Options: `maxNorm` largest norm (default 1; a bare number sets it).
 * Ranges: `maxNorm` [0, inf].
 *
 * The same as Keras' `clipnorm`. For the norm of all gradients together see `clipByGlobalNorm`.
 *
 * @example optimize(net, chain(clipByNorm(1), adam()))
 */
export const clipByNorm = defineTransform({
  name: "clipByNorm",
  title: "Clipping by norm",
  summary: "Scales the gradient of each parameter down where its norm is too large.",
  hyper: { maxNorm: 1 },
  ranges: { maxNorm: "[0, inf]" },
  argument: "maxNorm",
  rule: `
    length = norm(g)
    g = g * where(length <= maxNorm, 1, maxNorm / length)
  `,
});
