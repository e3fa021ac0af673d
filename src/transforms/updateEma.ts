import { defineTransform } from "../builtIn.ts";

/**
 * Puts an exponential moving average of the directions in their place.
 *
 * Options: `decay` share of the mean that stays (default 0.9; a bare number sets it), `debias`
 * corrects its start from zero (true). It stands behind the optimizer in a chain.
 * Ranges: `decay` [0, 1).
 * State: `m`, one value an element.
 *
 * The same as optax.ema between a direction and the learning rate; of gradients it is `gradientEma`. Not as a part in
 * PyTorch or Keras.
 *
 * @example optimize(net, chain(adafactor(), updateEma(0.9)))
 */
export const updateEma = defineTransform({
  name: "updateEma",
  title: "Exponential moving average of directions",
  summary: "Puts an exponential moving average of the directions in their place.",
  hyper: { decay: 0.9, debias: true },
  ranges: { decay: "[0, 1)" },
  argument: "decay",
  state: { m: 0 },
  rule: `
    m = decay * m + (1 - decay) * u
    u = where(debias, m / (1 - decay^t), m)
  `,
});
