import { defineOptimizer } from "../builtIn.ts";

/**
 * Sophia: momentum over an estimate of the curvature, clipped to steps of at most lr an element.
 *
 * Options: `lr` step size (default 1e-4), `beta1` decay of the momentum (0.965), `gamma` share of the
 * curvature that is divided by (0.05, the paper's for Gauss-Newton-Bartlett estimates; 0.01 for
 * Hutchinson's), `eps` least divisor (1e-12), `weightDecay` decoupled decay, times lr (0.1),
 * `biasCorrection` of the momentum (false).
 * Ranges: `lr`, `gamma`, `eps`, `weightDecay` [0, inf); `beta1` [0, 1).
 * State: `m`, and `h`, the mean of estimates of the Hessian's diagonal; one value an element each.
 *
 * The rule reads `h` and leaves it alone: `curvature(optimizer)` keeps it, from estimates that you
 * give it. Without a single one `h` is 0, and Sophia is the sign of a momentum: it converges, but it is
 * no Sophia. Where `h` is negative it steps by the sign, too.
 *
 * Liu et al., 2023, "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model
 * Pre-training", algorithm 3; `lr`, `beta1` and `weightDecay` are the defaults of the authors' code. That
 * adds 1e-15 to the divisor, which its estimates never make negative, and calls gamma rho. The same
 * as optax.contrib.sophia with `biasCorrection: true`, `gamma: 0.01` and `eps: 1e-8`. Not in PyTorch or
 * Keras.
 *
 * @example optimize(net, sophia({ lr: 3e-4, gamma: 0.01 }))
 */
export const sophia = defineOptimizer({
  name: "sophia",
  title: "Sophia",
  summary: "Momentum over an estimate of the curvature, clipped to steps of one length.",
  paper:
    "Liu et al., 2023, Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training, https://arxiv.org/abs/2305.14342",
  hyper: {
    lr: 1e-4,
    beta1: 0.965,
    gamma: 0.05,
    eps: 1e-12,
    weightDecay: 0.1,
    biasCorrection: false,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    gamma: "[0, inf)",
    eps: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  // From an expression, so that it may stay as it is.
  state: { m: 0, h: "0" },
  symbols: { corrected: "mHat" },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    corrected = where(biasCorrection, m / (1 - beta1^t), m)
    u = clamp(corrected / max(gamma * h, eps), -1, 1) + weightDecay * p
  `,
});
