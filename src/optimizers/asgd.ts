import { defineOptimizer } from "../builtIn.ts";

/**
 * Averaged SGD: shrinking steps, and the mean of the parameters they pass.
 *
 * Options: `lr` step size at the start (default 0.01), `lambda` decay of the parameters and of the
 * step size (1e-4), `alpha` power of the step size's decay (0.75), `t0` steps before the mean
 * begins: step t weighs 1 / max(1, t - 1 - t0) in it (1e6).
 * Ranges: `lr`, `lambda`, `alpha` [0, inf); `t0` [0, inf].
 * State: `average` of the parameters, one value an element: the weights to evaluate.
 *
 * Polyak & Juditsky, 1992, "Acceleration of Stochastic Approximation by Averaging"; rates of Bottou,
 * 2010. The same as torch.optim.ASGD, where `lambda` is lambd and the average is the state `ax`: up
 * to step t0 it is the parameters themselves. Where `lr` changes, PyTorch's new rate counts one step
 * later. Optax and Keras have none; see also `ema` and `swa`.
 *
 * @example optimize(net, asgd({ lr: 0.1, t0: 1000 }))
 */
export const asgd = defineOptimizer({
  name: "asgd",
  title: "Averaged SGD",
  summary: "Shrinking steps, and the mean of the parameters they pass.",
  paper:
    "Polyak & Juditsky, 1992, Acceleration of Stochastic Approximation by Averaging, https://doi.org/10.1137/0330046",
  hyper: { lr: 0.01, lambda: 1e-4, alpha: 0.75, t0: 1e6 },
  ranges: { lr: "[0, inf)", lambda: "[0, inf)", alpha: "[0, inf)", t0: "[0, inf]" },
  state: { average: "p" },
  evaluation: "average",
  rule: `
    rate = lr / (1 + lambda * lr * (t - 1))^alpha
    p = (1 - lambda * rate) * p - rate * g
    n = t - 1 - t0
    average = where(n <= 1, p, average + (p - average) / n)
  `,
});
