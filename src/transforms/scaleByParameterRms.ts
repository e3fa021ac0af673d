import { defineTransform } from "../builtIn.ts";

/**
 * Multiplies the direction of each parameter by the parameter's own root mean square.
 *
 * Options: `minScale` what that counts as at least (default 1e-3; a bare number sets it). It stands
 * behind the optimizer in a chain.
 * Ranges: `minScale` [0, inf).
 *
 * The same as optax.scale_by_param_block_rms; Adafactor has it inside. Not as a part in
 * PyTorch or Keras.
 *
 * @example optimize(net, chain(adam({ lr: 1e-2 }), scaleByParameterRms()))
 */
export const scaleByParameterRms = defineTransform({
  name: "scaleByParameterRms",
  title: "Scaling by the parameter's root mean square",
  summary: "Multiplies the direction of each parameter by the parameter's own root mean square.",
  hyper: { minScale: 1e-3 },
  ranges: { minScale: "[0, inf)" },
  argument: "minScale",
  rule: `
    u = u * max(rootMeanSquare(p), minScale)
  `,
});
