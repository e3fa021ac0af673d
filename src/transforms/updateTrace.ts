import { defineTransform } from "../builtIn.ts";

/**
 * Momentum behind another rule: adds up directions, of which each step forgets a share.
 *
 * Options: `decay` what is kept of the sum (default 0.9; a bare number sets it), `nesterov` looks a step
 * ahead (false). It stands behind the optimizer in a chain.
 * Ranges: `decay` [0, 1).
 * State: `total`, one value an element.
 *
 * The same as optax.trace between a direction and the learning rate; of gradients it is `trace`. Not
 * as a part in PyTorch or Keras.
 *
 * @example optimize(net, chain(signSgd({ lr: 1e-4 }), updateTrace(0.9)))
 */
export const updateTrace = defineTransform({
  name: "updateTrace",
  title: "Momentum of the update",
  summary: "Adds up directions, of which each step forgets a share.",
  hyper: { decay: 0.9, nesterov: false },
  ranges: { decay: "[0, 1)" },
  argument: "decay",
  state: { total: 0 },
  rule: `
    total = u + decay * total
    u = where(nesterov, u + decay * total, total)
  `,
});
