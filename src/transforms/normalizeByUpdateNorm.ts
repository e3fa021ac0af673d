import { defineTransform } from "../builtIn.ts";

/**
 * Divides all directions by their common norm, so that a step's length is the learning rate's alone.
 *
 * Options: `scaleFactor` the norm that they get (default 1; a bare number sets it), `eps` added to the
 * norm (1e-6). It stands behind the optimizer in a chain; in front of it `normalize` does the same to
 * gradients.
 * Ranges: `scaleFactor`, `eps` [0, inf).
 *
 * The same as optax.normalize_by_update_norm between scale_by_adam (or another direction) and the
 * learning rate. Not in PyTorch or Keras.
 *
 * @example optimize(net, chain(adam({ lr: 0.1 }), normalizeByUpdateNorm()))
 */
export const normalizeByUpdateNorm = defineTransform({
  name: "normalizeByUpdateNorm",
  title: "Normalized update",
  summary: "Divides all directions by their common norm.",
  hyper: { scaleFactor: 1, eps: 1e-6 },
  ranges: { scaleFactor: "[0, inf)", eps: "[0, inf)" },
  argument: "scaleFactor",
  rule: `
    length = globalNorm(u) + eps
    u = u * where(length > 0, scaleFactor / length, 0)
  `,
});
