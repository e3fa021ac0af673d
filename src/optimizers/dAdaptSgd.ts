import { defineOptimizer } from "../builtIn.ts";

/**
 * D-Adaptation SGD: dual averaging that estimates its step size from the distance to the solution.
 *
 * Options: `lr` multiplies the estimate, best left at 1 or a schedule from 1 (default 1),
 * `momentum` share of each parameter that stays (0), `d0` first estimate (1e-6), `growthRate` most
 * that one step multiplies the estimate by (Infinity).
 * Ranges: `lr` [0, inf); `momentum` [0, 1); `d0` (0, inf); `growthRate` [1, inf].
 * State: `s` sum of steps and `p0`, where the parameters began, one value an element each; `d` the
 * estimate, `numerator` and `g0`, norm of the first gradient, the same for all tensors.
 *
 * Defazio & Mishchenko, 2023, "Learning-Rate-Free Learning by D-Adaptation", its variant of SGD, as
 * the authors' dadaptation.DAdaptSGD has it; gradients before the first that is not zero change
 * nothing. Its weight_decay is `l2()` chained before it, but for its part in `g0`. Not in PyTorch,
 * Optax or Keras.
 *
 * @example optimize(net, dAdaptSgd({ momentum: 0.9 }))
 */
export const dAdaptSgd = defineOptimizer({
  name: "dAdaptSgd",
  title: "D-Adaptation SGD",
  summary: "Dual averaging that estimates its step size from the distance to the solution.",
  paper:
    "Defazio & Mishchenko, 2023, Learning-Rate-Free Learning by D-Adaptation, https://arxiv.org/abs/2301.07733",
  hyper: { lr: 1, momentum: 0, d0: 1e-6, growthRate: Number.POSITIVE_INFINITY },
  ranges: { lr: "[0, inf)", momentum: "[0, 1)", d0: "(0, inf)", growthRate: "[1, inf]" },
  state: {
    s: 0,
    p0: "p",
    d: { kind: "scalar", initial: "d0" },
    numerator: { kind: "scalar", initial: 0 },
    g0: { kind: "scalar", initial: 0 },
  },
  symbols: { p0: "theta0" },
  rule: `
    g0 = where(g0 == 0, globalNorm(g), g0)
    rate = where(g0 == 0, 0, d * lr / g0)
    numerator = numerator + rate * globalSum(g * s)
    s = s + rate * g
    length = globalNorm(s)
    dHat = where(length == 0, d, 2 * numerator / length)
    d = max(d, min(dHat, d * growthRate))
    p = momentum * p + (1 - momentum) * (p0 - s)
  `,
});
