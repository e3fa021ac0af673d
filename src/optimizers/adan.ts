import { defineOptimizer } from "../builtIn.ts";

/**
 * Adan: adaptive Nesterov momentum, with the look ahead taken from the last change of the gradient.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the mean of gradients (0.98), `beta2`
 * decay of the mean of their changes (0.92), `beta3` decay of the mean square (0.99), `eps` added
 * to the root (1e-8), `epsRoot` added inside the root (0), `lookAhead` weight of the changes where
 * the gradient looks ahead along them (-1: `beta2`), `weightDecay` share of each parameter taken
 * off, times `lr` (0).
 * Ranges: `lr`, `eps`, `epsRoot`, `weightDecay` [0, inf); `beta1`, `beta2`, `beta3` [0, 1);
 * `lookAhead` [-1, inf).
 * State: `m`, `v`, `n` and `previous`, the last gradient, one value an element each.
 *
 * Xie et al., 2022, "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models",
 * algorithm 1, with the betas of the authors' code, which are 1 minus the paper's. The decay is the
 * paper's, proximal: everything is divided by `1 + lr * weightDecay`. For the plain decay of
 * optax.adan and of the authors' `no_prox` leave it 0 and chain with `weightDecay()`. Optax weighs
 * the changes by `lookAhead: 1 - b2` where the paper and its authors' code have `beta2`, and has
 * `epsRoot: 1e-8`. Not in PyTorch or Keras.
 *
 * @example optimize(net, adan({ lr: 1e-3, weightDecay: 0.02 }))
 */
export const adan = defineOptimizer({
  name: "adan",
  title: "Adan",
  summary: "Adaptive Nesterov momentum, looking ahead along the last change of the gradient.",
  paper:
    "Xie et al., 2022, Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models, https://arxiv.org/abs/2208.06677",
  hyper: {
    lr: 1e-3,
    beta1: 0.98,
    beta2: 0.92,
    beta3: 0.99,
    eps: 1e-8,
    epsRoot: 0,
    lookAhead: -1,
    weightDecay: 0,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    beta3: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    lookAhead: "[-1, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: 0, n: 0, previous: 0 },
  rule: `
    d = where(t == 1, 0, g - previous)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * d
    ahead = where(lookAhead < 0, beta2, lookAhead)
    n = beta3 * n + (1 - beta3) * (g + ahead * d)^2
    look = m / (1 - beta1^t) + ahead * v / (1 - beta2^t)
    step = look / (sqrt(n / (1 - beta3^t) + epsRoot) + eps)
    u = (step + weightDecay * p) / (1 + lr * weightDecay)
    previous = g
  `,
});
