import { defineOptimizer } from "../builtIn.ts";

/**
 * AdamW: Adam with weight decay that the gradients' scale does not touch.
 *
 * Options: `lr` step size (default 0.001), `beta1` (0.9), `beta2` (0.999), `eps` (1e-8) as in
 * `adam`, `epsRoot` added inside the root (0), `weightDecay` share of each parameter taken off, times
 * `lr` (0.01).
 * Ranges: `lr`, `eps`, `epsRoot`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, one value an element each.
 *
 * Loshchilov & Hutter, 2019, "Decoupled Weight Decay Regularization", algorithm 2; the decay is
 * multiplied by the learning rate as in torch.optim.AdamW, Optax, Keras and MLX (the paper's is
 * not). Their defaults differ: 0.01 in PyTorch and MLX, 1e-4 in Optax, 0.004 in Keras. Adam with Optax'
 * eps_root is `adamw({ weightDecay: 0, epsRoot })`.
 *
 * @example optimize(net, adamw({ weightDecay: 0.1 }), { groups: [{ match: /bias/, weightDecay: 0 }] })
 */
export const adamw = defineOptimizer({
  name: "adamw",
  title: "AdamW",
  summary: "Adam with weight decay that the gradients' scale does not touch.",
  paper:
    "Loshchilov & Hutter, 2019, Decoupled Weight Decay Regularization, https://arxiv.org/abs/1711.05101",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 1e-2 },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps) + weightDecay * p
  `,
});
