import { defineOptimizer } from "../builtIn.ts";

/**
 * AdaMax: Adam with the largest gradient of late in place of the root mean square.
 *
 * Options: `lr` step size (default 0.002), `beta1` decay of the mean of gradients (0.9), `beta2`
 * decay of the largest (0.999), `eps` added to the newest magnitude (1e-8).
 * Ranges: `lr`, `eps` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `n`, one value an element each.
 *
 * Kingma & Ba, 2015, "Adam: A Method for Stochastic Optimization", algorithm 2; eps, which the
 * paper does without, as in torch.optim.Adamax and optax.adamax: it keeps an element that never had
 * a gradient from dividing zero by zero. Keras and TensorFlow.js add it (1e-7) to the divisor.
 *
 * @example optimize(net, adamax())
 */
export const adamax = defineOptimizer({
  name: "adamax",
  title: "AdaMax",
  summary: "Adam with the largest gradient of late in place of the root mean square.",
  paper:
    "Kingma & Ba, 2015, Adam: A Method for Stochastic Optimization, section 7.1, https://arxiv.org/abs/1412.6980",
  hyper: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  ranges: { lr: "[0, inf)", beta1: "[0, 1)", beta2: "[0, 1)", eps: "[0, inf)" },
  state: { m: 0, n: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    n = max(beta2 * n, abs(g) + eps)
    u = (m / (1 - beta1^t)) / n
  `,
});
