import { defineOptimizer } from "../builtIn.ts";

/**
 * MARS: AdamW on gradients whose variance a share of their last change takes away.
 *
 * Options: `lr` step size (default 0.003), `beta1` decay of the mean of corrected gradients (0.95),
 * `beta2` decay of the mean of their squares (0.99), `gamma` strength of the correction (0.025),
 * `eps` added to the root (1e-8), `weightDecay` share of each parameter taken off, times `lr` (0).
 * Ranges: `lr`, `gamma`, `eps`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v` and `previous`, the last gradient, one value an element each.
 *
 * Yuan et al., 2024, "MARS: Unleashing the Power of Variance Reduction for Training Large Models",
 * MARS-AdamW in its approximate form: the last gradient stands for that of the last parameters on
 * this batch. As in the authors' code it is zero at the first step. Their code leaves tensors that
 * are no matrices to AdamW unless `optimize_1d=True`; here all are treated alike. Not in PyTorch,
 * Optax or Keras.
 *
 * @example optimize(net, mars({ weightDecay: 0.1 }))
 */
export const mars = defineOptimizer({
  name: "mars",
  title: "MARS-AdamW",
  summary: "AdamW on gradients whose variance a share of their last change takes away.",
  paper:
    "Yuan et al., 2024, MARS: Unleashing the Power of Variance Reduction for Training Large Models, https://arxiv.org/abs/2411.10438",
  hyper: { lr: 3e-3, beta1: 0.95, beta2: 0.99, gamma: 0.025, eps: 1e-8, weightDecay: 0 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    gamma: "[0, inf)",
    eps: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: 0, previous: 0 },
  rule: `
    c = g + gamma * beta1 / (1 - beta1) * (g - previous)
    c = c / max(norm(c), 1)
    m = beta1 * m + (1 - beta1) * c
    v = beta2 * v + (1 - beta2) * c^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) + weightDecay * p
    previous = g
  `,
});
