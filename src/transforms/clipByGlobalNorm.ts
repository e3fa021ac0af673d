import { defineTransform } from "../builtIn.ts";
import { orderedNorm } from "../rule/orderedNorm.ts";

/**
 * Scales all gradients down together, so that their common norm is at most `maxNorm`.
 *
 * Options: `maxNorm` largest norm (default 1; a bare number sets it), `order` of the norm (2, the Euclidean; 1 is
 * the sum of magnitudes, Infinity the largest; any above 0), `eps` added to the norm (1e-6). The
 * step report then has `gradientNorm`, the norm before clipping.
 * Ranges: `maxNorm` [0, inf]; `order` (0, inf]; `eps` [0, inf).
 *
 * Pascanu, Mikolov & Bengio, 2013, "On the difficulty of training recurrent neural networks",
 * algorithm 1; the same as torch.nn.utils.clip_grad_norm_, whose norm_type is `order`. Optax has no
 * eps, and order 2 alone.
 *
 * @example optimize(net, chain(clipByGlobalNorm(1), adam()))
 */
export const clipByGlobalNorm = defineTransform({
  name: "clipByGlobalNorm",
  title: "Clipping by global norm",
  summary: "Scales all gradients down together where their common norm is too large.",
  paper:
    "Pascanu, Mikolov & Bengio, 2013, On the difficulty of training recurrent neural networks, https://arxiv.org/abs/1211.5063",
  hyper: { maxNorm: 1, order: 2, eps: 1e-6 },
  ranges: { maxNorm: "[0, inf]", order: "(0, inf]", eps: "[0, inf)" },
  argument: "maxNorm",
  rule: `${orderedNorm("g", true)}
    length = length + eps
    g = g * where(length <= maxNorm, 1, maxNorm / length)
  `,
});
