import { defineTransform } from "../builtIn.ts";

/**
 * Scales the direction of each parameter to the parameter's own size: by the ratio of their norms.
 *
 * Options: `trustCoefficient` multiplies the ratio (default 1), `minNorm` what both norms count as
 * at least (0), `eps` added to the norm of the direction (0). Where either norm is 0 the ratio is 1.
 * It stands behind the optimizer in a chain, and behind `weightDecay` if the decay is to be scaled
 * along, as in LAMB.
 * Ranges: `trustCoefficient`, `minNorm`, `eps` [0, inf).
 *
 * You, Gitman & Ginsburg, 2017, "Large Batch Training of Convolutional Networks", equation 6, there
 * applied to the gradient with decay (see `lars`); You et al., 2020, for Adam's direction (see
 * `lamb`). The same as Optax' scale_by_trust_ratio.
 *
 * @example optimize(net, chain(adam({ lr: 0.01 }), weightDecay(0.01), trustRatio()))
 */
export const trustRatio = defineTransform({
  name: "trustRatio",
  title: "Trust ratio",
  summary: "Scales the direction of each parameter by the ratio of their norms.",
  paper:
    "You, Gitman & Ginsburg, 2017, Large Batch Training of Convolutional Networks, https://arxiv.org/abs/1708.03888",
  hyper: { trustCoefficient: 1, minNorm: 0, eps: 0 },
  ranges: { trustCoefficient: "[0, inf)", minNorm: "[0, inf)", eps: "[0, inf)" },
  rule: `
    pNorm = max(norm(p), minNorm)
    uNorm = max(norm(u), minNorm)
    ratio = where(min(pNorm, uNorm) > 0, trustCoefficient * pNorm / (uNorm + eps), 1)
    u = ratio * u
  `,
  symbols: { trustCoefficient: "phi", ratio: "r" },
});
