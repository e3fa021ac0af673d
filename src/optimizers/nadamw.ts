import { defineOptimizer } from "../builtIn.ts";

/**
 * NAdamW: AdamW that steps by its momentum as it will be at the next step.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the mean of gradients (0.9), `beta2`
 * decay of the mean of their squares (0.999), `eps` added to the root (1e-8), `epsRoot` added
 * inside the root (0), `weightDecay` share of each parameter taken off, times `lr` (0.01).
 * Ranges: `lr`, `eps`, `epsRoot`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, one value an element each.
 *
 * Dozat, 2016, "Incorporating Nesterov Momentum into Adam", without a schedule of the momentum, and
 * Loshchilov & Hutter, 2019, for the decay: what Optax calls NAdamW (its weight_decay is 1e-4). That
 * of timm and AlgoPerf steps by (beta1 m + (1 - beta1) g) / (1 - beta1^t): the momentum is corrected
 * as for this step, not for the next, so that the first steps are longer. PyTorch's NAdam with
 * decoupled_weight_decay has the schedule as well: `chain(nadam(), weightDecay())`; so has
 * Keras' Nadam with weight_decay.
 *
 * @example optimize(net, nadamw({ lr: 1e-3, weightDecay: 0.1 }))
 */
export const nadamw = defineOptimizer({
  name: "nadamw",
  title: "NAdamW",
  summary: "AdamW that steps by its momentum as it will be at the next step.",
  paper:
    "Dozat, 2016, Incorporating Nesterov Momentum into Adam, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 1e-2 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    ahead = beta1 / (1 - beta1^(t + 1)) * m + (1 - beta1) / (1 - beta1^t) * g
    u = ahead / (sqrt(v / (1 - beta2^t) + epsRoot) + eps) + weightDecay * p
  `,
});
