import { defineTransform } from "../builtIn.ts";

/**
 * Moves each element of the gradients into [−maxValue, maxValue].
 *
 * Options: `maxValue` largest size of an element (default 1; a bare number sets it).
 * Ranges: `maxValue` [0, inf].
 *
 * The same as torch.nn.utils.clip_grad_value_, Optax' clip and Keras' `clipvalue`.
 *
 * @example optimize(net, chain(clipByValue(0.5), adam()))
 */
export const clipByValue = defineTransform({
  name: "clipByValue",
  title: "Clipping by value",
  summary: "Moves each element of the gradients into a range around zero.",
  hyper: { maxValue: 1 },
  ranges: { maxValue: "[0, inf]" },
  argument: "maxValue",
  rule: `
    g = clamp(g, -maxValue, maxValue)
  `,
});
