import { defineOptimizer } from "../builtIn.ts";

/**
 * Optimistic Adam: steps by Adam's direction and by what it changed since the last step.
 *
 * Options: `lr` step size (default 0.001), `alpha` weight of the direction (1), `beta` weight of
 * its change (1), `beta1` (0.9), `beta2` (0.999), `eps` (1e-8) as in `adam`, `epsRoot` added inside the
 * root (0), `nesterov` takes NAdam's direction (false).
 * Ranges: `lr`, `alpha`, `beta`, `eps`, `epsRoot` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, `before` the last direction, one value an element each.
 *
 * Daskalakis et al., 2018, "Training GANs with Optimism", algorithm 1; its first step has no change
 * to add. The same as optax.optimistic_adam_v2, where `nesterov` is true by default. PyTorch and Keras
 * have none.
 *
 * @example optimize(net, optimisticAdam({ lr: 1e-4, beta1: 0.5 }))
 */
export const optimisticAdam = defineOptimizer({
  name: "optimisticAdam",
  title: "Optimistic Adam",
  summary: "Steps by Adam's direction and by what it changed since the last step.",
  paper: "Daskalakis et al., 2018, Training GANs with Optimism, https://arxiv.org/abs/1711.00141",
  hyper: {
    lr: 1e-3,
    alpha: 1,
    beta: 1,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    epsRoot: 0,
    nesterov: false,
  },
  ranges: {
    lr: "[0, inf)",
    alpha: "[0, inf)",
    beta: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
  },
  state: { m: 0, v: 0, before: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    ahead = beta1 / (1 - beta1^(t + 1)) * m + (1 - beta1) / (1 - beta1^t) * g
    d = where(nesterov, ahead, m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps)
    u = (alpha + beta) * d - beta * where(t == 1, d, before)
    before = d
  `,
});
