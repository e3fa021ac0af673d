import { defineOptimizer } from "../builtIn.ts";

/**
 * NovoGrad: momentum of gradients that each tensor divides by the root of its mean squared norm.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the momentum (0.95), `beta2` decay of
 * the mean squared norm (0.98), `eps` added to its root (1e-8), `epsRoot` inside the root (0),
 * `weightDecay` share of each parameter added to the momentum (0).
 * Ranges: `lr`, `eps`, `epsRoot`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, one value an element, and `v`, one a tensor: half of Adam's.
 *
 * Ginsburg et al., 2019, "Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of
 * Deep Networks", algorithm 1; betas are those of its experiments and of the authors' code, which has
 * eps inside the root: `eps: 0, epsRoot: 1e-8`. The same as optax.novograd, whose defaults are beta1
 * 0.9, beta2 0.25, eps 1e-6. What others call grad_averaging is `lr` times 1 - beta1. Not in PyTorch
 * or Keras.
 *
 * @example optimize(net, novograd({ lr: 0.01, weightDecay: 1e-3 }))
 */
export const novograd = defineOptimizer({
  name: "novograd",
  title: "NovoGrad",
  summary: "Momentum of gradients, each tensor's divided by the root of its mean squared norm.",
  paper:
    "Ginsburg et al., 2019, Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks, https://arxiv.org/abs/1905.11286",
  hyper: { lr: 1e-3, beta1: 0.95, beta2: 0.98, eps: 1e-8, epsRoot: 0, weightDecay: 0 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: { kind: "scalar", initial: 0 } },
  rule: `
    v = where(t == 1, sum(g^2), beta2 * v + (1 - beta2) * sum(g^2))
    m = beta1 * m + g / (sqrt(v + epsRoot) + eps) + weightDecay * p
    u = m
  `,
});
