import { defineTransform } from "../builtIn.ts";
import { orderedNorm } from "../rule/orderedNorm.ts";

/**
 * Scales the direction of each parameter down, so that its norm is at most `maxNorm`.
 *
 * Options: `maxNorm` largest norm (default 1; a bare number sets it), `order` of the norm (2, the Euclidean; 1 is
 * the sum of magnitudes, Infinity the largest; any above 0). It stands behind the optimizer in a
 * chain, where a clip of gradients comes too late. The norm of a step is then at most
 * `lr * maxNorm`.
 * Ranges: `maxNorm` [0, inf]; `order` (0, inf].
 *
 * Optax has it for all parameters together alone: `clipUpdateByGlobalNorm`. To bound the norm of the
 * whole update at c let `maxNorm` be c / lr, a schedule where `lr` is one.
 *
 * @example optimize(net, chain(adam({ lr: 1e-3 }), clipUpdateByNorm(10)))
 */
export const clipUpdateByNorm = defineTransform({
  name: "clipUpdateByNorm",
  title: "Clipping of the update by norm",
  summary: "Scales the direction of each parameter down where its norm is too large.",
  hyper: { maxNorm: 1, order: 2 },
  ranges: { maxNorm: "[0, inf]", order: "(0, inf]" },
  argument: "maxNorm",
  rule: `${orderedNorm("u", false)}
    u = u * where(length <= maxNorm, 1, maxNorm / length)
  `,
});
