import { defineOptimizer } from "../builtIn.ts";

/**
 * Muon: momentum made nearly orthogonal for matrices, AdamW for everything else.
 *
 * Options: `lr` step size (default 0.02), `momentum` decay of the mean of gradients (0.95), `nesterov` looks one step
 * ahead (true), `biasCorrection` as NAdam's (false), `weightDecay` share of each parameter taken off, times `lr` (0);
 * `steps` Newton-Schulz steps (5), `a` their linear coefficient (3.4445), `b` their cubic one (-4.775), `c` their
 * quintic one (2.0315), `eps` added to the norm that they divide by (1e-7), `clampNorm` takes `eps` for the least
 * norm instead (false); `matchRms` multiplies a step by 0.2 sqrt(max(rows, cols)), the size of AdamW's, instead of by
 * sqrt(max(1, outputs / inputs)) (false), `unclamped` multiplies a step by sqrt(outputs / inputs) instead (false),
 * `adaptive` multiplies a step by the dual norm as well (false); `outputsFirst` where outputs are rows, as in PyTorch
 * (false); `adamLrRatio` ratio of AdamW's step size to `lr` (0.015: 3e-4), `beta1` decay of AdamW's mean of gradients
 * (0.9), `beta2` decay of AdamW's mean of squares (0.95), `adamEps` added to AdamW's root (1e-10).
 * Ranges: `lr`, `weightDecay`, `eps`, `adamLrRatio`, `adamEps` [0, inf); `momentum`, `beta1`,
 * `beta2` [0, 1); `steps` whole [0, 100); `a`, `b`, `c` (-inf, inf).
 * State: `m`, one value an element; of vectors also `v`, likewise. More than two dimensions count as
 * [first, rest], as a filter's do. Give embeddings and the last layer to AdamW by a partition.
 *
 * Jordan et al., 2024, with the defaults of his code; `matchRms` from Liu et al., 2025. For matrices torch.optim.Muon
 * is `lr: 1e-3, weightDecay: 0.1, outputsFirst: true, clampNorm: true`, in bfloat16, and optax.contrib.muon
 * `biasCorrection: true, eps: 1e-8`; Keras' has `matchRms` on.
 *
 * @example optimize(net, muon({ lr: 0.02, weightDecay: 0.01 }))
 * @example optimize(net, muon({ lr: 1e-3, matchRms: true, adamLrRatio: 1, weightDecay: 0.1 }))
 */
export const muon = defineOptimizer({
  name: "muon",
  title: "Muon",
  summary: "Momentum made nearly orthogonal for matrices, AdamW for everything else.",
  paper:
    "Jordan et al., 2024, Muon: An Optimizer for Hidden Layers in Neural Networks, https://kellerjordan.github.io/posts/muon/",
  hyper: {
    lr: 0.02,
    momentum: 0.95,
    nesterov: true,
    biasCorrection: false,
    weightDecay: 0,
    steps: 5,
    a: 3.4445,
    b: -4.775,
    c: 2.0315,
    eps: 1e-7,
    clampNorm: false,
    matchRms: false,
    unclamped: false,
    adaptive: false,
    outputsFirst: false,
    adamLrRatio: 0.015,
    beta1: 0.9,
    beta2: 0.95,
    adamEps: 1e-10,
  },
  ranges: {
    lr: "[0, inf)",
    momentum: "[0, 1)",
    weightDecay: "[0, inf)",
    steps: "whole [0, 100)",
    a: "(-inf, inf)",
    b: "(-inf, inf)",
    c: "(-inf, inf)",
    eps: "[0, inf)",
    adamLrRatio: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    adamEps: "[0, inf)",
  },
  state: { m: 0, v: 0 },
  rule: `
    decay = where(matrix, momentum, beta1)
    m = decay * m + (1 - decay) * g
    v = beta2 * v + (1 - beta2) * g^2
    next = momentum / (1 - momentum^(t + 1)) * m + (1 - momentum) / (1 - momentum^t) * g
    corrected = where(nesterov, next, m / (1 - momentum^t))
    ahead = where(biasCorrection, corrected, where(nesterov, momentum * m + (1 - momentum) * g, m))
    aspect = where(outputsFirst, rows / cols, cols / rows)
    scale = where(matchRms, 0.2 * sqrt(max(rows, cols)), sqrt(where(unclamped, aspect, max(1, aspect))))
    added = where(clampNorm, max(eps - norm(ahead), 0), eps)
    x = orthogonalize(ahead, steps, a, b, c, added)
    x = scale * where(adaptive, sum(ahead * x) * x, x)
    adam = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + adamEps)
    u = where(matrix, x + weightDecay * p, adamLrRatio * (adam + weightDecay * p))
  `,
});
