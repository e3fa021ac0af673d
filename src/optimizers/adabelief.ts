import { defineOptimizer } from "../builtIn.ts";

/**
 * AdaBelief: Adam that trusts a gradient by how near it comes to the one expected.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the mean of gradients (0.9), `beta2`
 * decay of the mean square of what they differ from it by (0.999), `eps` added to that mean at each
 * step, and to its root (1e-16), `epsRoot` added to the mean instead where it is not below 0 (-1),
 * `nesterov` steps by the momentum of the next step (false).
 * Ranges: `lr`, `eps` [0, inf); `beta1`, `beta2` [0, 1); `epsRoot` [-1, inf).
 * State: `m`, `s`, one value an element each.
 *
 * Zhuang et al., 2020, "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients",
 * algorithm 2, eps as the authors' code has it since 0.1.0 (1e-8 before, and in the paper). The same
 * as optax.adabelief. The authors' code rectifies by default, as `radam` does; this does not. PyTorch
 * and Keras have none.
 *
 * @example optimize(net, adabelief({ eps: 1e-12 }))
 */
export const adabelief = defineOptimizer({
  name: "adabelief",
  title: "AdaBelief",
  summary: "Adam that trusts a gradient by how near it comes to the one expected.",
  paper:
    "Zhuang et al., 2020, AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients, https://arxiv.org/abs/2010.07468",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-16, epsRoot: -1, nesterov: false },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[-1, inf)",
  },
  state: { m: 0, s: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m)^2 + where(epsRoot < 0, eps, epsRoot)
    ahead = beta1 / (1 - beta1^(t + 1)) * m + (1 - beta1) / (1 - beta1^t) * g
    u = where(nesterov, ahead, m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps)
  `,
});
