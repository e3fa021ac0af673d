import { defineTransform } from "../builtIn.ts";

/**
 * Keeps each parameter a multiple of a vector: with a vector of ones, all its elements alike.
 *
 * Options: `global` takes all
 * parameters for one vector (false). It stands behind the optimizer in a chain. Where the normal is all
 * zero, parameters stay.
 * State: `normal`, one value an element, which no step changes: 1 at first, and yours once you write
 * it into `optimizer.stateViews().parameters.w["projectVector.normal"]`, or restore a state that has it.
 *
 * Optax' projection_vector (a → `normal`), the same with `global`.
 *
 * @example optimize(net, chain(sgd({ lr: 0.1 }), projectVector()))
 */
export const projectVector = defineTransform({
  name: "projectVector",
  title: "Projection onto a vector",
  summary: "Moves each parameter to the nearest multiple of a vector after the step.",
  hyper: { global: false },
  // From an expression, so that it may stay as it is.
  state: { normal: "1" },
  behind: true,
  rule: `
    inner = where(global, globalSum(normal * p), sum(normal * p))
    square = where(global, globalSum(normal^2), sum(normal^2))
    p = where(square > 0, inner / square * normal, p)
  `,
});
