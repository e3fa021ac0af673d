/** Operations on whole matrices of a tensor, as routines are recorded, and the start of their shaders. */
import type { Node } from "../../../rule/graph/graph.ts";
import type { Shape } from "../../../rule/matrices/matrix.ts";
import type { Program, RoutineCall } from "../../../rule/planning/program.ts";
import { numberText } from "../body.ts";
import { declarations, entry, findValues } from "../declarations.ts";
import { blockRecord, header, type Storages, tensorRecord } from "../layout.ts";
import { nameOf, typed } from "../operators.ts";
import { type KeptBuffers, keptIn } from "../storages/states.ts";
import type { ValueLayout } from "../values.ts";

/** A matrix among the arrays of a tensor, or a transposed view of one. */
export interface ArrayMatrix extends Shape {
  readonly buffer: "parameter" | "gradient" | "state" | "scratch";
  /** The slot of the matrix, or the name of its scratch memory. */
  readonly array: string;
  /** The distance of rows in elements, and that of columns. */
  readonly rowStride: number;
  readonly colStride: number;
}

/** The indices of a workgroup's tile or block of the result. */
export type Block = readonly [number, number];

/**
 * The body of an operation's shader. It can use `first` and `second`, the indices of its block; `lane`; the matrices `m0`
 * (the result), `m1` and so on; `store(m0, row, column, value)`, which ignores places outside the matrix; `load1(m1, row,
 * column)` for each operand, which is 0 there; and its numbers, named by `nameOf`.
 */
export interface Operation {
  /** The matrices, the result first. */
  readonly matrices: readonly ArrayMatrix[];
  readonly numbers: readonly Node[];
  readonly blocks: readonly Block[];
  /** Code outside the shader's function. */
  readonly functions: string;
  readonly body: string;
}

/** The tiles of a matrix, each with `side` rows and columns. */
export function tilesOf({ rows, cols }: Shape, side: number): Block[] {
  const [down, across] = [Math.ceil(rows / side), Math.ceil(cols / side)];
  return Array.from({ length: down * across }, (_, index) => [
    Math.floor(index / across),
    index % across,
  ]);
}

/** What a shader's text depends on besides the operation. */
export interface OperationContext {
  readonly program: Program;
  readonly layout: ValueLayout;
  readonly storages: Storages;
  readonly call: RoutineCall;
}

/** The words of a matrix in a table, which follow the tensor's record. */
export const matrixRecord = {
  /** The position of its first element in its buffer. */
  base: 0,
  rows: 1,
  cols: 2,
  rowStride: 3,
  colStride: 4,
  length: 5,
} as const;

/** The first word of the matrices in a tensor's record. */
export const matricesAt = ({ slots, reductions }: Program): number =>
  tensorRecord.slots + slots.length + reductions.length;

const element = "row * m.rowStride + column * m.colStride";

function loadText({ buffer, array }: ArrayMatrix, kept: KeptBuffers): string {
  const arrays = buffer === "scratch" ? undefined : kept[buffer];
  return arrays?.load(array, "m.base", element) ?? `f32(${buffer}[m.base + ${element}])`;
}

function storeText({ buffer, array }: ArrayMatrix, kept: KeptBuffers): string {
  const arrays = buffer === "scratch" ? undefined : kept[buffer];
  return (
    arrays?.store(array, "m.base", element, "value") ?? `${buffer}[m.base + ${element}] = value;`
  );
}

/** Reads a matrix's words, and declares functions that load and store elements. */
function matricesText([result, ...operands]: readonly ArrayMatrix[], kept: KeptBuffers): string {
  const loads = operands.map(
    (matrix, index) => `
fn load${index + 1}(m: Matrix, row: u32, column: u32) -> f32 {
  if (row >= m.rows || column >= m.cols) { return 0f; }
  return ${loadText(matrix, kept)};
}`,
  );
  const fields = Object.keys(matrixRecord).filter((name) => name !== "length");
  return `
struct Matrix { ${fields.map((name) => `${name}: u32`).join(", ")} }
fn matrixAt(word: u32) -> Matrix {
  return Matrix(${fields.map((_, index) => `table[word + ${index}u]`).join(", ")});
}${loads.join("")}
fn store(m: Matrix, row: u32, column: u32, value: f32) {
  if (row < m.rows && column < m.cols) { ${storeText(result!, kept)} }
}`;
}

/** Leaves the shader, in all invocations alike, if the step is skipped or the call's condition does not hold. */
function leaveUnlessCalled(context: OperationContext): string {
  const { condition } = context.call;
  const holds = condition && typed(condition.node, numberText(context, condition.node), 1);
  const asked = condition === undefined ? "" : ` && ${holds} == ${condition.holds}`;
  return `
  if (lane == 0u) { called = select(0u, 1u, !stopped${asked}); }
  if (workgroupUniformLoad(&called) == 0u) { return; }`;
}

/** The shader of an operation. It is the same for all tensors of a program whose arrays are in the same buffers. */
export function operationShader(
  { matrices, numbers, functions, body }: Operation,
  context: OperationContext,
): string {
  const read = [...new Set(numbers)].map(
    (node) => `  let ${nameOf(node)} = ${typed(node, numberText(context, node), 1)};`,
  );
  const first = matricesAt(context.program);
  const found = matrices.map(
    (_, index) => `  let m${index} = matrixAt(tensor + ${first + index * matrixRecord.length}u);`,
  );
  const slots = [...new Set(matrices.map(({ array }) => array))];
  const kept = keptIn(slots, context.storages, 1);
  return `${declarations(1, context.storages, kept, "scratch")}
var<workgroup> called: u32;${matricesText(matrices, kept)}
${functions}
${entry}
  let block = workgroup.y * workgroups.x + workgroup.x;
  if (block >= table[${header.blocks}]) { return; }
  let at = ${header.length}u + block * ${blockRecord.length}u;
  let tensor = table[at + ${blockRecord.tensor}u];
  let first = table[at + ${blockRecord.start}u];
  let second = table[at + ${blockRecord.partial}u];${findValues}${leaveUnlessCalled(context)}
${[...found, ...read].join("\n")}
${body}
}
`;
}
