import { defineTransform } from "../builtIn.ts";

/**
 * Keeps an exponential moving average of the parameters as each step leaves them.
 *
 * Options: `decay` share of the average that stays (default 0.999; a bare number sets it), `debias` leaves the initial parameters
 * out, as if the average had begun with those after the first step (false).
 * Ranges: `decay` [0, 1).
 * State: `average`, one value an element, starting from the parameters: the weights that
 * `optimizer.evaluate()` puts in place. It stands behind the optimizer in a chain.
 *
 * Polyak & Juditsky, 1992, "Acceleration of Stochastic Approximation by Averaging"; `debias` is
 * Adam's correction (Kingma & Ba, 2015, section 3). The same as PyTorch's get_ema_multi_avg_fn
 * applied from the first step. PyTorch's AveragedModel and Keras' `use_ema` copy the parameters
 * at their first update, as a decay of 0 at step 1 does. Optax' ema averages updates, and corrects
 * them by default; with `debias` this is what it makes of parameters. A warm-up is a schedule: timm's
 * is `decay: (step) => Math.min(0.9999, 1 - step ** (-2 / 3))`, TensorFlow's
 * `decay: (step) => Math.min(0.999, (1 + step) / (10 + step))`.
 *
 * @example optimize(net, chain(adam(), ema({ decay: 0.999 })))
 */
export const ema = defineTransform({
  name: "ema",
  title: "Exponential moving average",
  summary: "Keeps an exponential moving average of the parameters.",
  paper:
    "Polyak & Juditsky, 1992, Acceleration of Stochastic Approximation by Averaging, https://doi.org/10.1137/0330046",
  hyper: { decay: 0.999, debias: false },
  ranges: { decay: "[0, 1)" },
  argument: "decay",
  state: { average: "p" },
  behind: true,
  rule: `
    kept = where(debias, decay * (1 - decay^(t - 1)) / (1 - decay^t), decay)
    average = kept * average + (1 - kept) * p
  `,
  evaluation: "average",
});
