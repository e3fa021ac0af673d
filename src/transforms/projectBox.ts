import { defineTransform } from "../builtIn.ts";

/**
 * Keeps each element of the parameters between `lower` and `upper`.
 *
 * Options: `lower` least value (default 0), `upper` greatest value (1). It stands behind the
 * optimizer in a chain.
 * Ranges: `lower` [-inf, inf); `upper` (-inf, inf].
 *
 * The Euclidean projection onto a box; the same as Optax' projection_box with numbers as bounds, and
 * as its projection_hypercube with the defaults. Bounds may differ between groups.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectBox({ lower: -1, upper: 1 })))
 */
export const projectBox = defineTransform({
  name: "projectBox",
  title: "Projection onto a box",
  summary: "Moves each parameter into a range after the step.",
  hyper: { lower: 0, upper: 1 },
  ranges: { lower: "[-inf, inf)", upper: "(-inf, inf]" },
  behind: true,
  rule: `
    p = clamp(p, lower, upper)
  `,
});
