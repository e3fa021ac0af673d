import { defineOptimizer } from "../builtIn.ts";

/**
 * MoMo-Adam: AdamW that stops where a model of past losses reaches their lower bound.
 *
 * Options: `lr` largest step size (default 0.01), `beta1` decay of means (0.9), `beta2` decay of
 * the mean of squares (0.999), `eps` added to its root (1e-8), `lowerBound` least value of the loss
 * (0), `weightDecay` share of each parameter taken off, times `lr` (0), `adaptLowerBound` estimates
 * the bound from losses, starting at `lowerBound` (false).
 * Ranges: `lr`, `eps`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1); `lowerBound` (-inf, inf).
 * State: `m`, `v`, one value an element each; `fBar` and `gamma`, and with
 * `adaptLowerBound` also `bound`, the same for all tensors.
 * Steps need the loss: `optimizer.step(gradients, { loss })`.
 *
 * Schaipp et al., 2023, "MoMo: Momentum Models for Adaptive Learning Rates", algorithm 2, and
 * MoMo-Adam* with `adaptLowerBound`. The same as optax.contrib.momo_adam. Sums are over all
 * parameters. Not in PyTorch or Keras.
 *
 * @example optimize(net, momoAdam({ lr: 0.1 })).step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] }, { loss: 0.5 })
 */
export const momoAdam = defineOptimizer({
  name: "momoAdam",
  title: "MoMo-Adam",
  summary: "AdamW that stops where a model of past losses reaches their lower bound.",
  paper:
    "Schaipp et al., 2023, MoMo: Momentum Models for Adaptive Learning Rates, https://arxiv.org/abs/2305.07583",
  hyper: {
    lr: 1e-2,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    lowerBound: 0,
    weightDecay: 0,
    adaptLowerBound: false,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    lowerBound: "(-inf, inf)",
    weightDecay: "[0, inf)",
  },
  state: {
    m: 0,
    v: 0,
    fBar: { kind: "scalar", initial: 0 },
    gamma: { kind: "scalar", initial: 0 },
    bound: { kind: "scalar", initial: "lowerBound" },
  },
  symbols: {
    bound: "fMin",
    base: "b",
    step: "tau",
    dot: "s",
    root: "d",
    correction: "rho",
    weight: "w",
  },
  rule: `
    fBar = beta1 * fBar + (1 - beta1) * loss
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    root = sqrt(v / (1 - beta2^t)) + eps
    gamma = beta1 * gamma + (1 - beta1) * globalSum(g * p)
    dot = globalSum(m * p)
    square = globalSum(m^2 / root)
    correction = 1 - beta1^t
    shrink = 1 + lr * weightDecay
    cap = shrink * (fBar - gamma) + dot
    weight = shrink * correction
    lowered = where(cap < weight * bound, max(cap / (2 * weight), lowerBound), bound)
    base = where(adaptLowerBound, lowered, lowerBound)
    reach = max(shrink * (fBar - correction * base - gamma) + dot, 0) / square
    step = min(lr / correction, where(square <= 2^-52, 0, reach))
    bound = max((fBar + dot - gamma - 0.5 * step * square) / correction, lowerBound)
    p = p - (lr * weightDecay / shrink) * p - step * m / root
  `,
});
