import { defineOptimizer } from "../builtIn.ts";

/**
 * MADGRAD: dual averaging from where training began, divided by a cube root, with momentum.
 *
 * Options: `lr` step size (default 0.01), `momentum` share of each parameter that stays (0.9),
 * `eps` added to the cube root, and to `lr` (1e-6).
 * Ranges: `lr`, `eps` [0, inf); `momentum` [0, 1).
 * State: `s` sum of gradients, `v` sum of their squares, both weighted by lr * sqrt(t), and `p0`,
 * where the parameters began, one value an element each.
 *
 * Defazio & Jelassi, 2021, "Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged
 * Gradient Method for Stochastic Optimization", algorithm 1; eps as in the authors' code, which
 * optax.contrib.madgrad follows but for an lr of 0. Where no gradient has come yet nothing moves,
 * even at eps 0. Their weight_decay is `l2()` chained before it. Not in PyTorch or Keras.
 *
 * @example optimize(net, madgrad({ lr: 0.01 }))
 */
export const madgrad = defineOptimizer({
  name: "madgrad",
  title: "MADGRAD",
  summary: "Dual averaging from where training began, divided by a cube root, with momentum.",
  paper:
    "Defazio & Jelassi, 2021, Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method for Stochastic Optimization, https://arxiv.org/abs/2101.11075",
  hyper: { lr: 1e-2, momentum: 0.9, eps: 1e-6 },
  ranges: { lr: "[0, inf)", momentum: "[0, 1)", eps: "[0, inf)" },
  state: { s: 0, v: 0, p0: "p" },
  symbols: { p0: "theta0" },
  rule: `
    rate = where(lr == 0, 0, lr + eps) * sqrt(t)
    s = s + rate * g
    v = v + rate * g^2
    z = p0 - where(v == 0, 0, s / (v^(1 / 3) + eps))
    p = momentum * p + (1 - momentum) * z
  `,
});
