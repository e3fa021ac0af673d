import { defineTransform } from "../builtIn.ts";

/**
 * Keeps the sum of the magnitudes of each parameter's elements at `radius`.
 *
 * Options: `radius` size of the sphere (default 1; a bare number sets it). It stands behind the
 * optimizer in a chain.
 * Ranges: `radius` [0, inf).
 *
 * Duchi et al., 2008, "Efficient Projections onto the l1-Ball for Learning in High Dimensions". Optax'
 * projection_l1_sphere takes all tensors for one vector, here each stands for itself. Elements that
 * are 0 stay so. For at most that sum see `projectL1Ball`.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectL1Sphere()))
 */
export const projectL1Sphere = defineTransform({
  name: "projectL1Sphere",
  title: "Projection onto the sphere of the sum of magnitudes",
  summary: "Moves each parameter to a given sum of magnitudes after the step.",
  paper:
    "Duchi et al., 2008, Efficient Projections onto the l1-Ball for Learning in High Dimensions, https://doi.org/10.1145/1390156.1390191",
  hyper: { radius: 1 },
  ranges: { radius: "[0, inf)" },
  argument: "radius",
  behind: true,
  rule: `
    p = sign(p) * simplex(abs(p), radius)
  `,
});
