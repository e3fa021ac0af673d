/** The nearest point of a simplex: sorts, which no loop over elements can say. */
import type { Routine } from "./matrix.ts";

/**
 * What to take from each of these numbers, so that the positive ones of what is left add up to
 * `total`: of the k largest numbers, their mean less total / k, for the largest k whose last number
 * stays positive (Duchi et al., 2008, figure 1).
 * @param ascending sorted
 */
function threshold(ascending: Float32Array | Float64Array, total: number): number {
  let sum = 0;
  let found = 0;
  for (let k = 1; k <= ascending.length; k++) {
    const value = ascending[ascending.length - k]!;
    sum += value;
    const next = (sum - total) / k;
    if (value <= next) {
      break;
    }
    found = next;
  }
  return found;
}

/** The nearest point whose elements are not negative and add up to `total`, of all elements. */
export const simplex: Routine = {
  name: "simplex",
  matrices: ["x"],
  numbers: ["total"],
  kindOf: (x) => (x === "element" ? "element" : undefined),
  run(engine, out, [x], [total]) {
    const { rows, cols, data } = x!;
    const sorted = engine.scratch(0, rows, cols).data;
    sorted.set(data);
    const shift = threshold(sorted.sort(), total!);
    for (let i = 0; i < data.length; i++) {
      out.data[i] = Math.max(data[i]! - shift, 0);
    }
  },
};
