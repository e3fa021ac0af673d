import { defineOptimizer } from "../builtIn.ts";

/**
 * MoMo: SGD with momentum that stops where a model of past losses reaches their lower bound.
 *
 * Options: `lr` largest step size (default 1), `beta` decay of means (0.9), `lowerBound` least
 * value of the loss (0), `weightDecay` share of each parameter taken off, times `lr` (0),
 * `adaptLowerBound` estimates the bound from losses, starting at `lowerBound` (false).
 * Ranges: `lr`, `weightDecay` [0, inf); `beta` [0, 1); `lowerBound` (-inf, inf).
 * State: `m`, one value an element; `fBar` and `gamma`, and with
 * `adaptLowerBound` also `bound`, the same for all tensors. Steps need
 * the loss: `optimizer.step(gradients, { loss })`.
 *
 * Schaipp et al., 2023, "MoMo: Momentum Models for Adaptive Learning Rates", algorithm 1, and MoMo*
 * of its section 4 with `adaptLowerBound`; means start from the first gradient. The same as
 * optax.contrib.momo. Sums are over all parameters. Not in PyTorch or Keras.
 *
 * @example optimize(net, momo()).step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] }, { loss: 0.5 })
 */
export const momo = defineOptimizer({
  name: "momo",
  title: "MoMo",
  summary: "SGD with momentum that stops where a model of past losses reaches their lower bound.",
  paper:
    "Schaipp et al., 2023, MoMo: Momentum Models for Adaptive Learning Rates, https://arxiv.org/abs/2305.07583",
  hyper: { lr: 1, beta: 0.9, lowerBound: 0, weightDecay: 0, adaptLowerBound: false },
  ranges: { lr: "[0, inf)", beta: "[0, 1)", lowerBound: "(-inf, inf)", weightDecay: "[0, inf)" },
  state: {
    m: 0,
    fBar: { kind: "scalar", initial: 0 },
    gamma: { kind: "scalar", initial: 0 },
    bound: { kind: "scalar", initial: "lowerBound" },
  },
  symbols: { bound: "fMin", base: "b", step: "tau", dot: "s" },
  rule: `
    decay = where(t == 1, 0, beta)
    fBar = decay * fBar + (1 - decay) * loss
    m = decay * m + (1 - decay) * g
    gamma = decay * gamma + (1 - decay) * globalSum(g * p)
    dot = globalSum(m * p)
    square = globalSum(m^2)
    shrink = 1 + lr * weightDecay
    cap = shrink * (fBar - gamma) + dot
    lowered = where(cap < shrink * bound, max(cap / (2 * shrink), lowerBound), bound)
    base = where(adaptLowerBound, lowered, lowerBound)
    reach = max(shrink * (fBar - base - gamma) + dot, 0) / square
    step = min(lr, where(square <= 2^-52, 0, reach))
    bound = max(fBar + dot - gamma - 0.5 * step * square, lowerBound)
    p = p - (lr * weightDecay / shrink) * p - step * m
  `,
});
