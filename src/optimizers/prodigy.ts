import { defineOptimizer } from "../builtIn.ts";

/**
 * Prodigy: AdamW that estimates its step size from the distance to the solution.
 *
 * Options: `lr` multiplies the estimate, best left at 1 or a schedule from 1 (default 1), `beta1`
 * (0.9), `beta2` (0.999) and `eps` (1e-8) as in `adamw`, `beta3` decay of the estimate's sums (0:
 * the root of beta2), `weightDecay` share of each parameter taken off, times the step size (0),
 * `d0` first estimate (1e-6), `dCoef` multiplies estimates (1), `growthRate` most that one step
 * multiplies the estimate by (Infinity), `biasCorrection` as Adam's (false), `safeguardWarmup`
 * leaves `lr` out of the estimate's divisor, for warm-ups (false).
 * Ranges: `lr`, `weightDecay`, `dCoef` [0, inf); `beta1`, `beta2`, `beta3` [0, 1); `eps`, `d0`
 * (0, inf); `growthRate` [1, inf].
 * State: `m`, `v`, `s` and `p0`, where the parameters began, one value an element each; `d` the
 * estimate, `dMax` and `numerator`, the same for all tensors.
 *
 * Mishchenko & Defazio, 2023, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner", its
 * variant of Adam as the authors' prodigyopt.Prodigy has it, with decoupled decay.
 * optax.contrib.prodigy always corrects the bias and has no growthRate. Not in PyTorch or Keras.
 *
 * @example optimize(net, prodigy({ weightDecay: 0.01 }))
 */
export const prodigy = defineOptimizer({
  name: "prodigy",
  title: "Prodigy",
  summary: "AdamW that estimates its step size from the distance to the solution.",
  paper:
    "Mishchenko & Defazio, 2023, Prodigy: An Expeditiously Adaptive Parameter-Free Learner, https://arxiv.org/abs/2306.06101",
  hyper: {
    lr: 1,
    beta1: 0.9,
    beta2: 0.999,
    beta3: 0,
    eps: 1e-8,
    weightDecay: 0,
    d0: 1e-6,
    dCoef: 1,
    growthRate: Number.POSITIVE_INFINITY,
    biasCorrection: false,
    safeguardWarmup: false,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    beta3: "[0, 1)",
    eps: "(0, inf)",
    weightDecay: "[0, inf)",
    d0: "(0, inf)",
    dCoef: "[0, inf)",
    growthRate: "[1, inf]",
  },
  state: {
    m: 0,
    v: 0,
    s: 0,
    p0: "p",
    d: { kind: "scalar", initial: "d0" },
    dMax: { kind: "scalar", initial: "d0" },
    numerator: { kind: "scalar", initial: 0 },
  },
  symbols: { p0: "theta0" },
  rule: `
    root = where(beta3 == 0, sqrt(beta2), beta3)
    scale = d * where(biasCorrection, sqrt(1 - beta2^t) / (1 - beta1^t), 1)
    m = beta1 * m + (1 - beta1) * d * g
    v = beta2 * v + (1 - beta2) * d^2 * g^2
    numerator = root * numerator + d / d0 * lr * scale * globalSum(g * (p0 - p))
    s = root * s + d / d0 * where(safeguardWarmup, d, lr * scale) * g
    length = globalSum(abs(s))
    dHat = where(length == 0, d, dCoef * numerator / length)
    dMax = max(dMax, dHat)
    d = min(dMax, growthRate * where(d == d0, max(d, dHat), d))
    u = scale * (m / (sqrt(v) + d * eps) + weightDecay * p)
  `,
});
