import { defineOptimizer } from "../builtIn.ts";

/**
 * NAdam: Adam that steps by its momentum as it will be at the next step.
 *
 * Options: `lr` step size (default 0.002), `beta1` decay of the mean of gradients (0.9), `beta2`
 * decay of the mean of their squares (0.999), `eps` added to the root (1e-8), `momentumDecay` how
 * fast the momentum used grows from half of `beta1` towards it (0.004).
 * Ranges: `lr`, `eps` [0, inf); `beta1`, `beta2` [0, 1); `momentumDecay` [0, inf].
 * State: `m`, `v`, one value an element each; `product` of the momentums so far, one a tensor.
 *
 * Dozat, 2016, "Incorporating Nesterov Momentum into Adam", algorithm 2, with the schedule of the
 * momentum and the defaults of torch.optim.NAdam, which this is. `momentumDecay: 1` is Keras'
 * schedule (its rate is 0.001, its eps 1e-7). Optax has no schedule: `momentumDecay: 1e6` gives its
 * nadam, and so does `nadamw` without decay. PyTorch's weight_decay is `l2()` before it, its
 * decoupled_weight_decay `weightDecay()` behind it.
 *
 * @example optimize(net, nadam({ lr: 1e-3 }))
 */
export const nadam = defineOptimizer({
  name: "nadam",
  title: "NAdam",
  summary: "Adam that steps by its momentum as it will be at the next step.",
  paper:
    "Dozat, 2016, Incorporating Nesterov Momentum into Adam, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
  hyper: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, momentumDecay: 4e-3 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    momentumDecay: "[0, inf]",
  },
  state: { m: 0, v: 0, product: { kind: "scalar", initial: 1 } },
  symbols: { momentumDecay: "psi", muNext: "muTilde" },
  rule: `
    mu = beta1 * (1 - 0.96^(t * momentumDecay) / 2)
    muNext = beta1 * (1 - 0.96^((t + 1) * momentumDecay) / 2)
    product = product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    ahead = muNext / (1 - product * muNext) * m + (1 - mu) / (1 - product) * g
    u = ahead / (sqrt(v / (1 - beta2^t)) + eps)
  `,
});
