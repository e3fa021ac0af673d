/** The projection onto a simplex, without sorting: one workgroup searches for the amount to subtract from each element. */
import type { Node } from "../../../rule/graph/graph.ts";
import { workgroupSize } from "../layout.ts";
import { nameOf } from "../operators.ts";
import { sharedOf, tree } from "../reduce.ts";
import type { ArrayMatrix, Operation } from "./operation.ts";

/** Loops over all elements of the operand. */
const loop = (work: string): string => `
    for (var i = lane; i < m1.rows * m1.cols; i += ${workgroupSize}u) {
      let row = i / m1.cols;
      let column = i % m1.cols;
      let value = load1(m1, row, column);
      ${work}
    }`;

/**
 * Newton's method for the t at which the positive ones of x - t add up to the total. It starts from below, and each turn
 * leaves out elements that would not stay positive (Michelot, 1986, "A finite algorithm for finding the projection of a point
 * onto the canonical simplex of R^n"). All numbers are relative to the largest element. That keeps at most the total, which
 * gives the first t. A sum of the elements themselves would lose the total beside large ones.
 */
export const projectOntoSimplex = (out: ArrayMatrix, x: ArrayMatrix, total: Node): Operation => ({
  matrices: [out, x],
  numbers: [total],
  blocks: [[0, 0]],
  functions: `${sharedOf("most")}${sharedOf("sum")}${sharedOf("count")}var<workgroup> next: f32;`,
  body: `
  var most = -3.4028234663852886e38f;${loop("most = max(most, value);")}
${tree("most", "most", "max")}
  if (lane == 0u) { next = shared_most[0]; }
  let largest = workgroupUniformLoad(&next);
  // The total itself may differ among invocations, for all that the compiler knows.
  if (lane == 0u) { next = -${nameOf(total)}; }
  var taken = workgroupUniformLoad(&next);
  loop {
    var sum = 0f;
    var count = 0f;${loop("if (value - largest > taken) { sum += value - largest; count += 1f; }")}
${tree("sum", "sum", "sum")}
${tree("count", "count", "sum")}
    if (lane == 0u) { next = (shared_sum[0] - ${nameOf(total)}) / max(shared_count[0], 1f); }
    let found = workgroupUniformLoad(&next);
    // Rounding, and numbers that are not finite, end it as well.
    if (!(found > taken)) { break; }
    taken = found;
  }${loop("store(m0, row, column, max(value - largest - taken, 0f));")}`,
});
