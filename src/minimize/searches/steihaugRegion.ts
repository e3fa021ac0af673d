/** The trust region of Steihaug's conjugate gradients. */

import { checkNames } from "../checks.ts";
import type { Search } from "../method.ts";
import { conjugateGradients, createScratch } from "./conjugateGradients.ts";
import { type TrustRegionOptions, trustRegion } from "./trustRegion.ts";

/**
 * A trust region whose step is made by conjugate gradients, which end at its edge. Directions of negative curvature are
 * followed to the edge. For `newtonCg`, and for `bfgs`.
 *
 * Options: `radius` the first one (a tenth of the start's norm), `mostRadius` (no limit).
 *
 * Steihaug, 1983, "The conjugate gradient method and trust regions in large scale optimization".
 *
 * @throws {MinimizeError} where an option is unknown
 */
export function steihaugRegion(options: TrustRegionOptions = {}): Search {
  checkNames("steihaugRegion", options, ["radius", "mostRadius"]);
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
