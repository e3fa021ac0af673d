import { defineOptimizer } from "../builtIn.ts";

/**
 * AdaMaxW: AdaMax with weight decay that the gradients' scale does not touch.
 *
 * Options: `lr` step size (default 0.002), `beta1` (0.9), `beta2` (0.999), `eps` (1e-8) as in
 * `adamax`, `weightDecay` share of each parameter taken off, times `lr` (0.01).
 * Ranges: `lr`, `eps`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `n`, one value an element each.
 *
 * Kingma & Ba, 2015, algorithm 2, with the decay of Loshchilov & Hutter, 2019. The same as
 * optax.adamaxw, whose weight_decay is 1e-4. PyTorch's Adamax has L2 as its weight_decay, which is
 * `l2()` before `adamax`. Keras' decays as here, with its eps (1e-7) added to the divisor.
 *
 * @example optimize(net, adamaxw({ weightDecay: 0.1 }))
 */
export const adamaxw = defineOptimizer({
  name: "adamaxw",
  title: "AdaMaxW",
  summary: "AdaMax with weight decay that the gradients' scale does not touch.",
  paper:
    "Kingma & Ba, 2015, Adam: A Method for Stochastic Optimization, section 7.1, https://arxiv.org/abs/1412.6980",
  hyper: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-2 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, n: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    n = max(beta2 * n, abs(g) + eps)
    u = (m / (1 - beta1^t)) / n + weightDecay * p
  `,
});
