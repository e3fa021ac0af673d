import { defineTransform } from "../builtIn.ts";

/**
 * Multiplies the direction of each parameter by the parameter's own norm.
 *
 * Options: `minScale` what that counts as at least (default 1e-3; a bare number sets it). It stands
 * behind the optimizer in a chain.
 * Ranges: `minScale` [0, inf).
 *
 * The same as optax.scale_by_param_block_norm. Not as a part in
 * PyTorch or Keras.
 *
 * @example optimize(net, chain(adam({ lr: 1e-2 }), scaleByParameterNorm()))
 */
export const scaleByParameterNorm = defineTransform({
  name: "scaleByParameterNorm",
  title: "Scaling by the parameter's norm",
  summary: "Multiplies the direction of each parameter by the parameter's own norm.",
  hyper: { minScale: 1e-3 },
  ranges: { minScale: "[0, inf)" },
  argument: "minScale",
  rule: `
    u = u * max(norm(p), minScale)
  `,
});
