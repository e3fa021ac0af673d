import { defineTransform } from "../builtIn.ts";

/**
 * Replaces each NaN of the gradients by 0; infinities stay.
 *
 * It has no options. Without more, a step refuses gradients that are not finite before any rule
 * sees them: bind with `nonFinite: "allow"` to let them come this far. It stands first in a chain,
 * since what sums over gradients, such as `clipByGlobalNorm`, would spread a NaN to all of them.
 *
 * The same as Optax' zero_nans, which also records which tensors had one.
 *
 * @example optimize(net, chain(zeroNans(), adam()), { nonFinite: "allow" })
 */
export const zeroNans = defineTransform({
  name: "zeroNans",
  title: "NaNs to zero",
  summary: "Replaces each NaN of the gradients by 0.",
  hyper: {},
  // Only NaN differs from itself.
  rule: `
    g = where(g == g, g, 0)
  `,
});
