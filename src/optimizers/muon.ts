import { defineOptimizer } from "../rule/define.ts";

/**
 * Muon: momentum made nearly orthogonal for matrices, AdamW for everything else.
 *
 * Options: `lr` step size (default 0.02), `momentum` decay of the mean of gradients (0.95), `nesterov`
 * looks one step ahead (true), `biasCorrection` as NAdam's (false), `weightDecay` share of each
 * parameter taken off, times `lr` (0); `steps` Newton-Schulz steps (5) with coefficients `a` (3.4445),
 * `b` (-4.775) and `c` (2.0315), `eps` added to the norm that they begin by dividing by (1e-7), which
 * `clampNorm` makes the least that this norm counts as (false); `matchRms` multiplies a step by 0.2
 * sqrt(max(rows, cols)), the size of AdamW's, so that AdamW's `lr` and `weightDecay` can be kept,
 * instead of by sqrt(max(1, outputs / inputs)) (false), and `unclamped` by sqrt(outputs / inputs)
 * (false); `adaptive` also by the dual norm, the sum of products with what it is made of (false);
 * `outputsFirst` where outputs are rows, as in PyTorch, rather than columns, as here, in Optax and
 * Keras (false); `adamLrRatio` of AdamW's step size to `lr` (0.015, which makes 3e-4 of 0.02), `beta1`
 * (0.9), `beta2` (0.95) and `adamEps` (1e-10) of AdamW.
 * Ranges: `lr`, `weightDecay`, `eps`, `adamLrRatio`, `adamEps` [0, inf); `momentum`, `beta1`,
 * `beta2` [0, 1); `steps` whole [0, 100); `a`, `b`, `c` (-inf, inf).
 * State: `m`, one value an element; of vectors also `v`, likewise. More than two dimensions count as
 * [first, rest], as a filter's do. Give embeddings and the last layer to AdamW by groups.
 *
 * Jordan et al., 2024, "Muon: An Optimizer for Hidden Layers in Neural Networks", and the defaults of
 * his code; `matchRms` from Liu et al., 2025, "Muon is Scalable for LLM Training". torch.optim.Muon
 * does that in bfloat16 with `lr: 1e-3, weightDecay: 0.1, outputsFirst: true, clampNorm: true`, and
 * takes matrices only; its adjust_lr_fn "match_rms_adamw" is `matchRms`, "spectral_unclamped"
 * `unclamped`. optax.contrib.muon is `{ biasCorrection: true, eps: 1e-8 }` for matrices, and `nadamw`
 * with the same `lr` for the rest (by `partition`); its consistent_rms of 0.2 is `matchRms`. Keras'
 * has `matchRms` on.
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
    corrected = momentum / (1 - momentum^(t + 1)) * m + (1 - momentum) / (1 - momentum^t) * g
    next = where(biasCorrection, corrected, momentum * m + (1 - momentum) * g)
    ahead = where(nesterov, next, where(biasCorrection, m / (1 - momentum^t), m))
    aspect = where(outputsFirst, rows / cols, cols / rows)
    scale = where(matchRms, 0.2 * sqrt(max(rows, cols)), sqrt(where(unclamped, aspect, max(1, aspect))))
    added = where(clampNorm, max(eps - norm(ahead), 0), eps)
    x = orthogonalize(ahead, steps, a, b, c, added)
    orthogonal = scale * where(adaptive, sum(ahead * x) * x, x)
    adam = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + adamEps)
    u = where(matrix, orthogonal + weightDecay * p, adamLrRatio * (adam + weightDecay * p))
  `,
});
