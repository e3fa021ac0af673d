import { defineTransform } from "../builtIn.ts";

/**
 * Keeps the Euclidean norm of each parameter at `radius` or less.
 *
 * Options: `radius` size of the ball (default 1; a bare number sets it), `global` takes the norm of
 * all parameters together (false). It stands behind the optimizer in a chain.
 * Ranges: `radius` [0, inf].
 *
 * The Euclidean projection onto the ball. Optax' projection_l2_ball is the same with `global`, since
 * it takes all tensors for one vector. Keras' MaxNorm constraint takes the norm along an axis, and
 * adds 1e-7 to it.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectL2Ball(3)))
 */
export const projectL2Ball = defineTransform({
  name: "projectL2Ball",
  title: "Projection onto the Euclidean ball",
  summary: "Scales each parameter down where its norm is too large after the step.",
  hyper: { radius: 1, global: false },
  ranges: { radius: "[0, inf]" },
  argument: "radius",
  behind: true,
  rule: `
    length = where(global, globalNorm(p), norm(p))
    p = p * where(length <= radius, 1, radius / length)
  `,
});
