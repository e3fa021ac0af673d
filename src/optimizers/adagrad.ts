import { defineOptimizer } from "../builtIn.ts";

/**
 * AdaGrad: each element's rate falls with the sum of its squared gradients.
 *
 * Options: `lr` step size (default 0.01), `lrDecay` share by which the rate falls each step (0),
 * `initialAccumulator` what the sum starts from (0), `eps` added to the root (1e-10).
 * Ranges: `lr`, `lrDecay`, `initialAccumulator`, `eps` [0, inf).
 * State: `s`, one value an element.
 *
 * Duchi, Hazan & Singer, 2011, "Adaptive Subgradient Methods", figure 1; the same as
 * torch.optim.Adagrad. Optax and Keras start from 0.1 and put eps (1e-7) inside the root.
 *
 * @example optimize(net, adagrad({ lr: 0.05 }))
 */
export const adagrad = defineOptimizer({
  name: "adagrad",
  title: "AdaGrad",
  summary: "Each element's rate falls with the sum of its squared gradients.",
  paper:
    "Duchi, Hazan & Singer, 2011, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, https://jmlr.org/papers/v12/duchi11a.html",
  hyper: { lr: 1e-2, lrDecay: 0, initialAccumulator: 0, eps: 1e-10 },
  ranges: { lr: "[0, inf)", lrDecay: "[0, inf)", initialAccumulator: "[0, inf)", eps: "[0, inf)" },
  state: { s: "initialAccumulator" },
  rule: `
    s = s + g^2
    u = g / (sqrt(s) + eps) / (1 + (t - 1) * lrDecay)
  `,
});
