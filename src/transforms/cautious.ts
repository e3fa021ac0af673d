import { defineTransform } from "../builtIn.ts";

/**
 * Leaves out the elements of the direction that disagree with the gradient, and scales the others
 * up for them.
 *
 * Options: `minShare` what the share of elements that agree counts as at least, when the others are
 * scaled (default 0.001; a bare number sets it). It stands behind the optimizer in a chain. Put
 * `weightDecay` behind it: the authors do not mask the decay, which `adamw` has in its direction.
 * Ranges: `minShare` (0, 1].
 *
 * Liang et al., 2024, "Cautious Optimizers: Improving Training with One Line of Code", algorithm 1,
 * with the authors' lower bound of the share in place of the epsilon added to it (C-AdamW in their
 * repository; the same as `caution` in timm). Their C-Lion divides by (count + 1) / size instead.
 *
 * @example optimize(net, chain(adam(), cautious(), weightDecay(0.01)))
 */
export const cautious = defineTransform({
  name: "cautious",
  title: "Cautious direction",
  summary: "Leaves out the elements of the direction that disagree with the gradient.",
  paper:
    "Liang et al., 2024, Cautious Optimizers: Improving Training with One Line of Code, https://arxiv.org/abs/2411.16085",
  hyper: { minShare: 1e-3 },
  ranges: { minShare: "(0, 1]" },
  argument: "minShare",
  rule: `
    mask = where(u * g > 0, 1, 0)
    u = u * mask * (1 / max(mean(mask), minShare))
  `,
  symbols: { mask: "phi" },
});
