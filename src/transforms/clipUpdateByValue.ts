import { defineTransform } from "../builtIn.ts";

/**
 * Moves each element of the direction into [−maxValue, maxValue].
 *
 * Options: `maxValue` largest size of an element (default 1; a bare number sets it). It stands behind the optimizer in a chain,
 * where a clip of gradients comes too late. The step is then at most `lr * maxValue` an element.
 * Ranges: `maxValue` [0, inf].
 *
 * The same as Optax' clip between scale_by_adam (or another direction) and the learning rate. Behind
 * `optax.adam(lr)` it clips the whole update: there `maxValue` is Optax' limit divided by `lr`, as a
 * schedule where `lr` is one.
 *
 * @example optimize(net, chain(adam({ lr: 1e-3 }), clipUpdateByValue(2)))
 */
export const clipUpdateByValue = defineTransform({
  name: "clipUpdateByValue",
  title: "Clipping of the update by value",
  summary: "Moves each element of the direction into a range around zero.",
  hyper: { maxValue: 1 },
  ranges: { maxValue: "[0, inf]" },
  argument: "maxValue",
  rule: `
    u = clamp(u, -maxValue, maxValue)
  `,
});
