import { defineTransform } from "../builtIn.ts";

/**
 * Keeps each parameter on the simplex: no element is negative, and all add up to `total`.
 *
 * Options: `total` what the elements add up to (default 1, the probability simplex; a bare number sets it). It stands behind the
 * optimizer in a chain.
 * Ranges: `total` [0, inf).
 *
 * Duchi et al., 2008, "Efficient Projections onto the l1-Ball for Learning in High Dimensions",
 * figure 1. Optax' projection_simplex takes all tensors for one vector, here each stands for itself.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectSimplex()))
 */
export const projectSimplex = defineTransform({
  name: "projectSimplex",
  title: "Projection onto the simplex",
  summary: "Moves each parameter to non-negative values of a given sum after the step.",
  paper:
    "Duchi et al., 2008, Efficient Projections onto the l1-Ball for Learning in High Dimensions, https://doi.org/10.1145/1390156.1390191",
  hyper: { total: 1 },
  ranges: { total: "[0, inf)" },
  argument: "total",
  behind: true,
  rule: `
    p = simplex(p, total)
  `,
});
