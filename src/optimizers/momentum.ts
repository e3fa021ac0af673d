import { defineOptimizer } from "../builtIn.ts";

/**
 * Momentum as textbooks write it: a velocity that the learning rate is part of.
 *
 * Options: `lr` step size η (default 0.01), `momentum` decay γ of the velocity (0.9).
 * Ranges: `lr`, `momentum` [0, inf).
 * State: `v`, one value an element.
 *
 * Polyak, 1964, "Some methods of speeding up the convergence of iteration methods"; in the form
 * v = γ v + η ∇J, θ = θ − v of Ruder, 2016, section 4.1. Keras and TensorFlow.js have this form too.
 * PyTorch keeps the learning rate outside (`sgd({ momentum })`): equal at a constant rate.
 *
 * @example optimize(net, momentum({ lr: 0.1 }))
 */
export const momentum = defineOptimizer({
  name: "momentum",
  title: "Momentum",
  summary: "A velocity that gathers gradients and loses a share of itself each step.",
  paper:
    "Polyak, 1964, Some methods of speeding up the convergence of iteration methods, https://doi.org/10.1016/0041-5553(64)90137-5",
  hyper: { lr: 1e-2, momentum: 0.9 },
  ranges: { lr: "[0, inf)", momentum: "[0, inf)" },
  state: { v: 0 },
  symbols: { momentum: "gamma" },
  rule: `
    v = momentum * v + lr * g
    p = p - v
  `,
});
