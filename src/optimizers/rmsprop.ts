import { defineOptimizer } from "../builtIn.ts";

/**
 * RMSprop: gradients divided by the root of their running mean square.
 *
 * Options: `lr` step size (default 0.001), `alpha` decay of the mean square (0.9), `eps` added to
 * the root (1e-8), `epsRoot` added inside the root (0), `centered` divides by the standard
 * deviation instead (false), `biasCorrection` as Adam's (false), `initialAccumulator` what the mean
 * square starts from (0), `momentum` decay of a buffer of steps (0: none), `nesterov` steps by the
 * buffer as it will be at the next step (false).
 * Ranges: `lr`, `eps`, `epsRoot`, `initialAccumulator`, `momentum` [0, inf); `alpha` [0, 1).
 * State: `v`; with `centered` also `a`, the mean gradient; with momentum also `b`.
 *
 * Tieleman & Hinton, 2012, Coursera lecture 6.5; centered: Graves, 2013, equation 40. The same as
 * torch.optim.RMSprop, whose defaults are lr 0.01 and alpha 0.99; but where rounding takes the
 * variance below 0, which is NaN there, it counts as 0. Keras and Optax have eps inside the root by
 * default (`eps: 0, epsRoot: 1e-8`; optax.rmsprop's initial_scale is `initialAccumulator`), and the
 * learning rate inside the buffer of `momentum`, so that a change of it counts for later steps alone.
 *
 * @example optimize(net, rmsprop({ centered: true, momentum: 0.9 }))
 */
export const rmsprop = defineOptimizer({
  name: "rmsprop",
  title: "RMSprop",
  summary: "Gradients divided by the root of their running mean square.",
  paper:
    "Tieleman & Hinton, 2012, Lecture 6.5: rmsprop, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
  hyper: {
    lr: 1e-3,
    alpha: 0.9,
    eps: 1e-8,
    epsRoot: 0,
    centered: false,
    biasCorrection: false,
    initialAccumulator: 0,
    momentum: 0,
    nesterov: false,
  },
  ranges: {
    lr: "[0, inf)",
    alpha: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    initialAccumulator: "[0, inf)",
    momentum: "[0, inf)",
  },
  state: { v: "initialAccumulator", a: 0, b: 0 },
  rule: `
    v = alpha * v + (1 - alpha) * g^2
    a = alpha * a + (1 - alpha) * g
    vHat = where(biasCorrection, v / (1 - alpha^t), v)
    aHat = where(biasCorrection, a / (1 - alpha^t), a)
    d = g / (sqrt(where(centered, max(vHat - aHat^2, 0), vHat) + epsRoot) + eps)
    b = momentum * b + d
    u = where(momentum == 0, d, where(nesterov, d + momentum * b, b))
  `,
});
