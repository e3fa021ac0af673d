import { defineOptimizer } from "../builtIn.ts";

/**
 * D-Adaptation AdamW: AdamW that estimates its step size from the distance to the solution.
 *
 * Options: `lr` multiplies the estimate, best left at 1 or a schedule from 1 (default 1), `beta1`
 * (0.9), `beta2` (0.999) and `eps` (1e-8) as in `adamw`, `weightDecay` share of each parameter
 * taken off, times the step size (0), `d0` first estimate (1e-6), `growthRate` most that one step
 * multiplies the estimate by (Infinity), `biasCorrection` as Adam's (false).
 * Ranges: `lr`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1); `eps`, `d0` (0, inf); `growthRate`
 * [1, inf].
 * State: `m`, `v` and `s`, one value an element each; `d` the estimate and `numerator`, the same
 * for all tensors.
 *
 * Defazio & Mishchenko, 2023, "Learning-Rate-Free Learning by D-Adaptation", its variant of Adam,
 * as the authors' dadaptation.DAdaptAdam(decouple=True) has it. optax.contrib.dadapt_adamw always
 * corrects the bias and has no growthRate. `prodigy` finds larger steps sooner. Not in PyTorch or
 * Keras.
 *
 * @example optimize(net, dAdaptAdamw({ weightDecay: 0.01 }))
 */
export const dAdaptAdamw = defineOptimizer({
  name: "dAdaptAdamw",
  title: "D-Adaptation AdamW",
  summary: "AdamW that estimates its step size from the distance to the solution.",
  paper:
    "Defazio & Mishchenko, 2023, Learning-Rate-Free Learning by D-Adaptation, https://arxiv.org/abs/2301.07733",
  hyper: {
    lr: 1,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    d0: 1e-6,
    growthRate: Number.POSITIVE_INFINITY,
    biasCorrection: false,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "(0, inf)",
    weightDecay: "[0, inf)",
    d0: "(0, inf)",
    growthRate: "[1, inf]",
  },
  state: {
    m: 0,
    v: 0,
    s: 0,
    d: { kind: "scalar", initial: "d0" },
    numerator: { kind: "scalar", initial: 0 },
  },
  rule: `
    root = sqrt(beta2)
    rate = d * lr * where(biasCorrection, sqrt(1 - beta2^t) / (1 - beta1^t), 1)
    numerator = root * numerator + (1 - root) * rate * globalSum(g * s / (sqrt(v) + eps))
    m = beta1 * m + (1 - beta1) * rate * g
    v = beta2 * v + (1 - beta2) * g^2
    s = root * s + (1 - root) * rate * g
    length = globalSum(abs(s))
    dHat = where(length == 0, d, numerator / ((1 - root) * length))
    d = max(d, min(dHat, d * growthRate))
    p = p - rate * weightDecay * p - m / (sqrt(v) + eps)
  `,
});
