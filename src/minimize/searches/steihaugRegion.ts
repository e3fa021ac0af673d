/** The trust region of Steihaug's conjugate gradients. */

import { checkNames } from "../checks.ts";
import type { Search } from "../method.ts";
import { conjugateGradients, createScratch } from "./conjugateGradients.ts";
import { type TrustRegionOptions, trustRegion } from "./trustRegion.ts";

/**
 * A trust region with steps by conjugate gradients, which end at its edge. A direction of negative curvature is followed to the
 * edge. For `newtonCg` and `bfgs`.
 *
 * Options: `radius` the first radius (a tenth of the norm of the start), `maxRadius` (no limit).
 *
 * Steihaug, 1983, "The conjugate gradient method and trust regions in large scale optimization".
 *
 * @throws {MinimizeError} if an option is unknown
 * @example
 * // At the start, the curvature along y is negative.
 * const f = ([x, y]: number[]) => ({
 *   value: x * x + y ** 4 - 2 * y * y,
 *   gradient: [2 * x, 4 * y ** 3 - 4 * y],
 * });
 * const method = newtonCg({ search: steihaugRegion() });
 * minimize(f, [1, 0.1], { method }).x; // [0, 1]
 */
export function steihaugRegion(options: TrustRegionOptions = {}): Search {
  checkNames("steihaugRegion", options, ["radius", "maxRadius"]);
  return trustRegion("steihaugRegion", options, (unknowns) => {
    const scratch = createScratch(unknowns);
    return (from, model, radius, into) =>
      conjugateGradients(
        from.gradient,
        (vector, product) => model.multiply(from, vector, product),
        radius,
        scratch,
        into,
      );
  });
}
