/** The trust region of Powell's dogleg. */

import { checkNames } from "../checks.ts";
import type { Search } from "../method.ts";
import { addScaled, dot, norm, scale } from "../vector.ts";
import { lengthTo } from "./conjugateGradients.ts";
import { type StepWithin, type TrustRegionOptions, trustRegion } from "./trustRegion.ts";

/**
 * Powell's dogleg, a trust region. The step follows the negative gradient to the lowest point of the model along it, and goes
 * from there towards the minimum of the model. For `bfgs`.
 *
 * Options: `radius` the first radius (a tenth of the norm of the start), `maxRadius` (no limit).
 *
 * Powell, 1970; Nocedal and Wright, 2006, algorithm 4.1 with section 4.1.
 *
 * @throws {MinimizeError} if an option is unknown
 * @example
 * const rosenbrock = ([x, y]: number[]) => ({
 *   value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
 *   gradient: [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)],
 * });
 * const method = bfgs({ search: doglegRegion({ radius: 0.5 }) });
 * minimize(rosenbrock, [-1.2, 1], { method }).x; // [1, 1]
 */
export function doglegRegion(options: TrustRegionOptions = {}): Search {
  checkNames("doglegRegion", options, ["radius", "maxRadius"]);
  return trustRegion("doglegRegion", options, stepWithin);
}

function stepWithin(unknowns: number): StepWithin {
  const whole = new Float64Array(unknowns);
  const product = new Float64Array(unknowns);
  return (from, model, radius, into) => {
    const { gradient } = from;
    model.direct(from, whole);
    if (norm(whole) <= radius) {
      into.set(whole);
    } else {
      model.multiply(from, gradient, product);
      const square = dot(gradient, gradient);
      const curvature = dot(gradient, product);
      const size = Math.sqrt(square);
      const reach = curvature > 0 ? square / curvature : Infinity;
      scale(-Math.min(reach, radius / size), gradient, into);
      if (reach * size < radius) {
        addScaled(whole, -1, into, whole);
        addScaled(into, lengthTo(radius, into, whole), whole, into);
      }
    }
    model.multiply(from, into, product);
    return -(dot(gradient, into) + dot(into, product) / 2);
  };
}
