import { defineTransform } from "../builtIn.ts";

/**
 * Keeps the sum of the magnitudes of each parameter's elements at `radius` or less; this sets small
 * elements to zero.
 *
 * Options: `radius` size of the ball (default 1; a bare number sets it). It stands behind the
 * optimizer in a chain.
 * Ranges: `radius` [0, inf].
 *
 * Duchi et al., 2008, "Efficient Projections onto the l1-Ball for Learning in High Dimensions",
 * section 4. Optax' projection_l1_ball takes all tensors for one vector, here each stands for itself.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectL1Ball(10)))
 */
export const projectL1Ball = defineTransform({
  name: "projectL1Ball",
  title: "Projection onto the ball of the sum of magnitudes",
  summary: "Moves each parameter to a limited sum of magnitudes after the step.",
  paper:
    "Duchi et al., 2008, Efficient Projections onto the l1-Ball for Learning in High Dimensions, https://doi.org/10.1145/1390156.1390191",
  hyper: { radius: 1 },
  ranges: { radius: "[0, inf]" },
  argument: "radius",
  behind: true,
  rule: `
    p = where(sum(abs(p)) <= radius, p, sign(p) * simplex(abs(p), radius))
  `,
});
