import { defineOptimizer } from "../builtIn.ts";

/**
 * LAMB: AdamW whose step of each tensor is a share of the tensor's norm, for large batches.
 *
 * Options: `lr` share of the norm (default 0.001), `beta1` decay of the mean of gradients (0.9),
 * `beta2` decay of the mean of their squares (0.999), `eps` added to the root (1e-6), `epsRoot`
 * added inside the root (0), `weightDecay` share of each parameter in the direction (0.01).
 * Ranges: `lr`, `eps`, `epsRoot`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, one value an element each.
 *
 * You et al., 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes",
 * algorithm 2, without bounds on the norm. Where a tensor or its direction is all zeros, the
 * direction is taken as it is. The same as optax.lamb, whose weight_decay is 0. Keras' Lamb has eps
 * 1e-7, and its weight_decay acts on the parameters before the step instead. PyTorch has none.
 *
 * @example optimize(net, lamb({ lr: 2e-3 }), { groups: [{ match: /bias/, weightDecay: 0 }] })
 */
export const lamb = defineOptimizer({
  name: "lamb",
  title: "LAMB",
  summary: "AdamW whose step of each tensor is a share of the tensor's norm.",
  paper:
    "You et al., 2020, Large Batch Optimization for Deep Learning: Training BERT in 76 minutes, https://arxiv.org/abs/1904.00962",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-6, epsRoot: 0, weightDecay: 0.01 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: 0 },
  symbols: { ratio: "phi" },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    r = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps) + weightDecay * p
    ratio = where(min(norm(p), norm(r)) > 0, norm(p) / norm(r), 1)
    u = ratio * r
  `,
});
