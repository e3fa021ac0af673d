import { defineOptimizer } from "../builtIn.ts";

/**
 * ACProp: gradients divided by the deviation that was known before them.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the mean of gradients (0.9), `beta2` decay
 * of their variance (0.999), `eps` added to the variance at each step, and to its root (1e-16),
 * `epsRoot` added to the variance instead where it is not below 0 (-1), `weightDecay` share of each
 * parameter taken off, times `lr` (0).
 * Ranges: `lr`, `eps`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1); `epsRoot` [-1, inf).
 * State: `m`, `s`, one value an element each. The first step is one of plain gradient descent.
 *
 * Zhuang et al., 2021, "Momentum Centering and Asynchronous Update for Adaptive Gradient Methods";
 * eps at two places, the correction of the variance's start and the first step, of the gradient itself,
 * are the authors' code's with `rectify=False`; the paper's algorithm has none of the three.
 * optax.contrib.acprop centers by the mean before this gradient, which makes the variance 1 /
 * beta1^2 as large. Not in PyTorch or Keras.
 *
 * @example optimize(net, acprop({ lr: 1e-3 }))
 */
export const acprop = defineOptimizer({
  name: "acprop",
  title: "ACProp",
  summary: "Gradients divided by the deviation that was known before them.",
  paper:
    "Zhuang et al., 2021, Momentum Centering and Asynchronous Update for Adaptive Gradient Methods, https://arxiv.org/abs/2110.05454",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-16, epsRoot: -1, weightDecay: 0 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[-1, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, s: 0 },
  rule: `
    d = where(t == 1, g, g / (sqrt(s / (1 - beta2^(t - 1))) + eps))
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m)^2 + where(epsRoot < 0, eps, epsRoot)
    u = d + weightDecay * p
  `,
});
