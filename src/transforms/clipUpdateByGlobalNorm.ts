import { defineTransform } from "../builtIn.ts";
import { orderedNorm } from "../rule/orderedNorm.ts";

/**
 * Scales all directions down together, so that their common norm is at most `maxNorm`.
 *
 * Options: `maxNorm` largest norm (default 1; a bare number sets it), `order` of the norm (2, the Euclidean; 1 is
 * the sum of magnitudes, Infinity the largest; any above 0). It stands behind the optimizer in a
 * chain, where a clip of gradients comes too late. The norm of a step is then at most
 * `lr * maxNorm`.
 * Ranges: `maxNorm` [0, inf]; `order` (0, inf].
 *
 * The same as Optax' clip_by_global_norm between scale_by_adam (or another direction) and the
 * learning rate. Behind `optax.adam(lr)` it clips the whole update: there `maxNorm` is Optax' limit
 * divided by `lr`, as a schedule where `lr` is one.
 *
 * @example optimize(net, chain(adam({ lr: 1e-3 }), clipUpdateByGlobalNorm(10)))
 */
export const clipUpdateByGlobalNorm = defineTransform({
  name: "clipUpdateByGlobalNorm",
  title: "Clipping of the update by global norm",
  summary: "Scales all directions down together where their common norm is too large.",
  hyper: { maxNorm: 1, order: 2 },
  ranges: { maxNorm: "[0, inf]", order: "(0, inf]" },
  argument: "maxNorm",
  rule: `${orderedNorm("u", true)}
    u = u * where(length <= maxNorm, 1, maxNorm / length)
  `,
});
