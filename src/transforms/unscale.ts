import { defineTransform } from "../builtIn.ts";

/**
 * Divides the gradients by the scale that their loss was multiplied with.
 *
 * Options: `scale` what gradients are divided by (default 1; a bare number or a `lossScale()` sets it). It stands first in a chain;
 * clipping behind it sees gradients of their usual size.
 * Ranges: `scale` (0, inf).
 *
 * Micikevicius et al., 2018, "Mixed Precision Training", section 3.2. torch.amp.GradScaler does it in
 * `unscale_`; use it with `lossScale` and nonFinite "skip".
 *
 * @example optimize(net, chain(unscale(lossScale()), adam()), { nonFinite: "skip" })
 */
export const unscale = defineTransform({
  name: "unscale",
  title: "Loss scale",
  summary: "Divides the gradients by the scale that their loss was multiplied with.",
  paper: "Micikevicius et al., 2018, Mixed Precision Training, https://arxiv.org/abs/1710.03740",
  hyper: { scale: 1 },
  ranges: { scale: "(0, inf)" },
  argument: "scale",
  rule: `
    g = g / scale
  `,
});
