import { defineOptimizer } from "../builtIn.ts";

/**
 * Optimistic gradient descent: steps by the gradient and by what it changed since the last step.
 *
 * Options: `lr` step size (default 0.001), `alpha` weight of the gradient (1), `beta` weight of its
 * change (1).
 * Ranges: `lr`, `alpha`, `beta` [0, inf).
 * State: `before` the last gradient, one value an element.
 *
 * Popov, 1980, "A Modification of the Arrow-Hurwicz Method for Search of Saddle Points"; alpha and
 * beta as in Mokhtari et al., 2019, "A Unified Analysis of Extra-gradient and Optimistic Gradient
 * Methods for Saddle Point Problems". It converges in games where gradient descent circles. The
 * first step has no change to add. The same as optax.optimistic_gradient_descent; PyTorch and Keras
 * have none.
 *
 * @example optimize(net, optimisticGradientDescent({ lr: 0.01 }))
 */
export const optimisticGradientDescent = defineOptimizer({
  name: "optimisticGradientDescent",
  title: "Optimistic gradient descent",
  summary: "Steps by the gradient and by what it changed since the last step.",
  paper:
    "Mokhtari et al., 2019, A Unified Analysis of Extra-gradient and Optimistic Gradient Methods for Saddle Point Problems, https://arxiv.org/abs/1901.08511",
  hyper: { lr: 1e-3, alpha: 1, beta: 1 },
  ranges: { lr: "[0, inf)", alpha: "[0, inf)", beta: "[0, inf)" },
  state: { before: 0 },
  rule: `
    u = (alpha + beta) * g - beta * where(t == 1, g, before)
    before = g
  `,
});
