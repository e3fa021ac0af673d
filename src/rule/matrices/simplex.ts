import type { PortableRoutine } from "./matrix.ts";

/**
 * `simplex(x, total)`: the nearest point whose elements are not negative and add up to `total`, of all
 * elements. No loop over elements can say it.
 */
export const simplex: PortableRoutine = {
  portable: true,
  run: (engine, out, [x], [total]) => engine.projectOntoSimplex(out, x!, total!),
};
