import { defineTransform } from "../rule/define.ts";

/**
 * Keeps an exponential moving average of the parameters as each step leaves them.
 *
 * Options: `decay` (default 0.999; a bare number sets it).
 * State: `average`, one value an element, starting from the parameters. Read it from
 * `optimizer.state().parameters.w["ema.average"]`. It stands behind the optimizer in a chain.
 *
 * Polyak & Juditsky, 1992, "Acceleration of Stochastic Approximation by Averaging". PyTorch's
 * AveragedModel with get_ema_multi_avg_fn copies the parameters at its first update instead of
 * averaging them; Optax' ema averages updates, not parameters.
 *
 * @example optimize(net, chain(adam(), ema({ decay: 0.999 })))
 */
export const ema = defineTransform({
  name: "ema",
  title: "Exponential moving average",
  summary: "Keeps an exponential moving average of the parameters.",
  paper:
    "Polyak & Juditsky, 1992, Acceleration of Stochastic Approximation by Averaging, https://doi.org/10.1137/0330046",
  hyper: { decay: 0.999 },
  argument: "decay",
  state: { average: "p" },
  rule: `
    average = decay * average + (1 - decay) * p
  `,
});
