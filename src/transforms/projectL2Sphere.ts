import { defineTransform } from "../builtIn.ts";

/**
 * Keeps the Euclidean norm of each parameter at `radius`.
 *
 * Options: `radius` size of the sphere (default 1; a bare number sets it), `global` takes the norm
 * of all parameters together (false). It stands behind the optimizer in a chain. What is all zero
 * has no direction, and stays.
 * Ranges: `radius` [0, inf).
 *
 * Optax' projection_l2_sphere is the same with `global`, since it takes all tensors for one vector; it
 * makes NaN of zeros. For at most that norm see `projectL2Ball`.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectL2Sphere()))
 */
export const projectL2Sphere = defineTransform({
  name: "projectL2Sphere",
  title: "Projection onto the Euclidean sphere",
  summary: "Scales each parameter to a given norm after the step.",
  hyper: { radius: 1, global: false },
  ranges: { radius: "[0, inf)" },
  argument: "radius",
  behind: true,
  rule: `
    length = where(global, globalNorm(p), norm(p))
    p = p * where(length > 0, radius / length, 1)
  `,
});
