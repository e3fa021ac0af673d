import type { PortableRoutine } from "./matrix.ts";

/**
 * `simplex(x, total)`: the nearest point to x, taken as one vector, whose elements are not negative and add up to `total`.
 * This cannot be written as a loop over elements.
 */
export const simplex: PortableRoutine = {
  portable: true,
  run: (engine, out, [x], [total]) => engine.projectOntoSimplex(out, x!, total!),
};
