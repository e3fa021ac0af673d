import { defineOptimizer } from "../builtIn.ts";

/**
 * Simplified AdEMAMix: a slow sum of gradients and the newest gradient, weighed by hand, in place of
 * two means.
 *
 * Options: `lr` step size (default 1e-5), `beta1` decay of the sum of gradients (0.99), `beta2`
 * decay of the mean of their squares (0.95), `alpha` weight of the newest gradient beside the sum
 * (0), `eps` added to the root (1e-8), `epsRoot` added inside the root (0), `weightDecay` share of
 * each parameter taken off, times `lr` (0).
 * Ranges: `lr`, `alpha`, `eps`, `epsRoot`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, one value an element each.
 *
 * Morwani et al., 2025, "Connections between Schedule-Free Optimizers, AdEMAMix, and Accelerated SGD
 * Variants"; the same as optax.contrib.simplified_ademamix, which has no default `lr`. The sum is up to
 * 1 / (1 - beta1) times as long as Adam's mean: 1e-5 here is its 1e-3, and without `alpha` the two
 * differ by the mean's correction alone. Not in PyTorch or Keras.
 *
 * @example optimize(net, simplifiedAdemamix({ lr: 1e-5, beta1: 0.999, alpha: 100 }))
 */
export const simplifiedAdemamix = defineOptimizer({
  name: "simplifiedAdemamix",
  title: "Simplified AdEMAMix",
  summary: "AdamW by a slow sum of gradients and the newest one.",
  paper:
    "Morwani et al., 2025, Connections between Schedule-Free Optimizers, AdEMAMix, and Accelerated SGD Variants, https://arxiv.org/abs/2502.02431",
  hyper: { lr: 1e-5, beta1: 0.99, beta2: 0.95, alpha: 0, eps: 1e-8, epsRoot: 0, weightDecay: 0 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    alpha: "[0, inf)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m + alpha * g) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps) + weightDecay * p
  `,
});
