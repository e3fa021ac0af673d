import { defineTransform } from "../builtIn.ts";

/**
 * Scales the gradient of each parameter down, so that its root mean square is at most `maxRms`.
 *
 * Options: `maxRms` largest root mean square (default 1; a bare number sets it).
 * Ranges: `maxRms` [0, inf].
 *
 * Unlike a norm it does not grow with the size of the parameter. The same as Optax'
 * clip_by_block_rms. Shazeer & Stern clip what Adafactor makes of the gradient in this way (there
 * the bound is called d).
 *
 * Shazeer & Stern, 2018, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
 * section 6.
 *
 * @example optimize(net, chain(clipByBlockRms(1), adam()))
 */
export const clipByBlockRms = defineTransform({
  name: "clipByBlockRms",
  title: "Clipping by root mean square",
  summary: "Scales the gradient of each parameter down where its root mean square is too large.",
  paper:
    "Shazeer & Stern, 2018, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, https://arxiv.org/abs/1804.04235",
  hyper: { maxRms: 1 },
  ranges: { maxRms: "[0, inf]" },
  argument: "maxRms",
  rule: `
    rms = rootMeanSquare(g)
    g = g * where(rms <= maxRms, 1, maxRms / rms)
  `,
});
