import { defineTransform } from "../builtIn.ts";

/**
 * Scales the direction of each parameter down, so that its root mean square is at most `maxRms`.
 *
 * Options: `maxRms` largest root mean square (default 1; a bare number sets it). It stands behind the optimizer in a chain,
 * where a clip of gradients comes too late.
 * Ranges: `maxRms` [0, inf].
 *
 * Shazeer & Stern, 2018, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", section 6,
 * which `adafactor` and `came` have in them; as for AdamW see Wortsman et al., 2023, "Stable and
 * low-precision training for large-scale vision-language models". The same as Optax'
 * clip_by_block_rms between scale_by_adam (or another direction) and the learning rate. Behind
 * `optax.adam(lr)` it clips the whole update: there `maxRms` is Optax' limit divided by `lr`, as a
 * schedule where `lr` is one.
 *
 * @example optimize(net, chain(adam({ lr: 1e-3 }), clipUpdateByBlockRms(1)))
 */
export const clipUpdateByBlockRms = defineTransform({
  name: "clipUpdateByBlockRms",
  title: "Clipping of the update by root mean square",
  summary: "Scales the direction of each parameter down where its root mean square is too large.",
  paper:
    "Shazeer & Stern, 2018, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, https://arxiv.org/abs/1804.04235",
  hyper: { maxRms: 1 },
  ranges: { maxRms: "[0, inf]" },
  argument: "maxRms",
  rule: `
    rms = rootMeanSquare(u)
    u = u * where(rms <= maxRms, 1, maxRms / rms)
  `,
});
