import { defineTransform } from "../builtIn.ts";

/**
 * Puts an exponential moving average of the gradients in their place.
 *
 * Options: `decay` share of the mean that stays (default 0.9; a bare number sets it), `debias`
 * corrects its start from zero (true). It stands before the optimizer in a chain.
 * Ranges: `decay` [0, 1).
 * State: `m`, one value an element.
 *
 * The same as optax.ema, which has no default decay; the average of weights is `ema`. Not as a part in
 * PyTorch or Keras.
 *
 * @example optimize(net, chain(gradientEma(0.9), signSgd({ lr: 1e-3 })))
 */
export const gradientEma = defineTransform({
  name: "gradientEma",
  title: "Exponential moving average of gradients",
  summary: "Puts an exponential moving average of the gradients in their place.",
  hyper: { decay: 0.9, debias: true },
  ranges: { decay: "[0, 1)" },
  argument: "decay",
  state: { m: 0 },
  rule: `
    m = decay * m + (1 - decay) * g
    g = where(debias, m / (1 - decay^t), m)
  `,
});
