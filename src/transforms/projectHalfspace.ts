import { defineTransform } from "../builtIn.ts";

/**
 * Keeps the inner product of each parameter with a normal at `offset` or less: with ones, its sum.
 *
 * Options: `offset` of the plane along its normal (default 0; a bare number sets it), `global` takes all
 * parameters for one vector (false). It stands behind the optimizer in a chain. Where the normal is all
 * zero, parameters stay.
 * Ranges: `offset` (-inf, inf).
 * State: `normal`, one value an element, which no step changes: 1 at first, and yours once you write
 * it into `optimizer.stateViews().parameters.w["projectHalfspace.normal"]`, or restore a state that has it.
 *
 * Optax' projection_halfspace (a → `normal`, b → `offset`), the same with `global`.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectHalfspace(1)))
 */
export const projectHalfspace = defineTransform({
  name: "projectHalfspace",
  title: "Projection onto a halfspace",
  summary: "Moves each parameter to at most a given inner product with a normal after the step.",
  hyper: { offset: 0, global: false },
  ranges: { offset: "(-inf, inf)" },
  argument: "offset",
  // From an expression, so that it may stay as it is.
  state: { normal: "1" },
  behind: true,
  rule: `
    inner = where(global, globalSum(normal * p), sum(normal * p))
    square = where(global, globalSum(normal^2), sum(normal^2))
    p = p + where(square > 0, min((offset - inner) / square, 0), 0) * normal
  `,
});
