import { defineOptimizer } from "../rule/define.ts";

/**
 * RMSprop: gradients divided by the root of their running mean square.
 *
 * Options: `lr` step size (default 0.001), `alpha` decay of the mean square (0.9), `eps` added to
 * the root (1e-8), `centered` divides by the standard deviation instead (false), `momentum` decay
 * of a buffer of steps (0: none).
 * Ranges: `lr`, `eps`, `momentum` [0, inf); `alpha` [0, 1).
 * State: `v`; with `centered` also `a`, the mean gradient; with momentum also `b`.
 *
 * Tieleman & Hinton, 2012, Coursera lecture 6.5; centered: Graves, 2013, equation 40. The same as
 * torch.optim.RMSprop, whose defaults are lr 0.01 and alpha 0.99; but where rounding takes the variance
 * below 0, which is NaN there, it counts as 0. Keras and Optax have eps inside the root by default, and
 * the learning rate inside the buffer of `momentum`, so that a change of it counts for later steps alone.
 *
 * @example optimize(net, rmsprop({ centered: true, momentum: 0.9 }))
 */
export const rmsprop = defineOptimizer({
  name: "rmsprop",
  title: "RMSprop",
  summary: "Gradients divided by the root of their running mean square.",
  paper:
    "Tieleman & Hinton, 2012, Lecture 6.5: rmsprop, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
  hyper: { lr: 1e-3, alpha: 0.9, eps: 1e-8, centered: false, momentum: 0 },
  ranges: { lr: "[0, inf)", alpha: "[0, 1)", eps: "[0, inf)", momentum: "[0, inf)" },
  state: { v: 0, a: 0, b: 0 },
  rule: `
    v = alpha * v + (1 - alpha) * g^2
    a = alpha * a + (1 - alpha) * g
    d = g / (sqrt(where(centered, max(v - a^2, 0), v)) + eps)
    b = momentum * b + d
    u = where(momentum == 0, d, b)
  `,
});
