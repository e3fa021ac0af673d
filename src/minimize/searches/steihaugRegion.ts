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
