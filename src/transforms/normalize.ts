import { defineTransform } from "../builtIn.ts";

/**
 * Divides all gradients by their common norm, so that a step's length is the learning rate's alone.
 *
 * Options: `scaleFactor` the norm that they get (default 1; a bare number sets it), `eps` added to the
 * norm (0). Gradients that are all zero stay so.
 * Ranges: `scaleFactor`, `eps` [0, inf).
 *
 * The same as optax.contrib.normalize, which makes NaN of zeros; with `eps: 1e-6` as
 * optax.normalize_by_update_norm in front of an optimizer. Not in PyTorch or Keras.
 *
 * @example optimize(net, chain(normalize(), sgd({ lr: 0.1 })))
 */
export const normalize = defineTransform({
  name: "normalize",
  title: "Normalized gradients",
  summary: "Divides all gradients by their common norm.",
  hyper: { scaleFactor: 1, eps: 0 },
  ranges: { scaleFactor: "[0, inf)", eps: "[0, inf)" },
  argument: "scaleFactor",
  rule: `
    length = globalNorm(g) + eps
    g = g * where(length > 0, scaleFactor / length, 0)
  `,
});
