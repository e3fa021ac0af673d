/** Divides a matrix by its norm: some workgroups sum squares, and every workgroup that divides adds up these sums. */
import type { Node } from "../../../rule/graph/graph.ts";
import { workgroupSize } from "../layout.ts";
import { nameOf } from "../operators.ts";
import { sharedOf, tree } from "../reduce.ts";
import type { ArrayMatrix, Block, Operation } from "./operation.ts";

/** The elements that a workgroup divides. */
const blockLength = 8 * workgroupSize;

const blocksOf = (count: number): Block[] => Array.from({ length: count }, (_, i) => [i, 0]);

const blocksFor = ({ rows, cols }: ArrayMatrix): number => Math.ceil((rows * cols) / blockLength);

/** The number of partial sums of squares: at most one for each invocation of a workgroup. */
export const partsFor = (matrix: ArrayMatrix): number => Math.min(workgroupSize, blocksFor(matrix));

/** Writes sums of squares of x into a row. */
export const addSquares = (sums: ArrayMatrix, x: ArrayMatrix): Operation => ({
  matrices: [sums, x],
  numbers: [],
  blocks: blocksOf(sums.cols),
  functions: sharedOf("sum"),
  body: `
  var sum = 0f;
  for (var i = first * ${workgroupSize}u + lane; i < m1.rows * m1.cols; i += ${workgroupSize}u * m0.cols) {
    let value = load1(m1, i / m1.cols, i % m1.cols);
    sum += value * value;
  }${tree("sum", "sum", "sum")}
  if (lane == 0u) { store(m0, 0u, first, shared_sum[0]); }`,
});

/** out = x / (the square root of the sum of `sums` + eps) */
export const divideByRoot = (
  out: ArrayMatrix,
  x: ArrayMatrix,
  sums: ArrayMatrix,
  eps: Node,
): Operation => ({
  matrices: [out, x, sums],
  numbers: [eps],
  blocks: blocksOf(blocksFor(x)),
  functions: sharedOf("sum"),
  body: `${tree("sum", "load2(m2, 0u, lane)", "sum")}
  workgroupBarrier();
  let divisor = sqrt(shared_sum[0]) + ${nameOf(eps)};
  let end = min((first + 1u) * ${blockLength}u, m1.rows * m1.cols);
  for (var i = first * ${blockLength}u + lane; i < end; i += ${workgroupSize}u) {
    let row = i / m1.cols;
    let column = i % m1.cols;
    store(m0, row, column, load1(m1, row, column) / divisor);
  }`,
});
