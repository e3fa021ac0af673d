import { defineTransform } from "../builtIn.ts";

/**
 * Momentum before another rule: adds up gradients, of which each step forgets a share.
 *
 * Options: `decay` what is kept of the sum (default 0.9; a bare number sets it), `nesterov` looks a step
 * ahead (false). It stands before the optimizer in a chain.
 * Ranges: `decay` [0, 1).
 * State: `total`, one value an element.
 *
 * The same as optax.trace; `sgd({ momentum })` has it inside. Not as a part in PyTorch or Keras.
 *
 * @example optimize(net, chain(trace(0.9), signSgd({ lr: 1e-3 })))
 */
export const trace = defineTransform({
  name: "trace",
  title: "Momentum",
  summary: "Adds up gradients, of which each step forgets a share.",
  hyper: { decay: 0.9, nesterov: false },
  ranges: { decay: "[0, 1)" },
  argument: "decay",
  state: { total: 0 },
  rule: `
    total = g + decay * total
    g = where(nesterov, g + decay * total, total)
  `,
});
