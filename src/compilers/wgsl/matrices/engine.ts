/** The matrix engine of a GPU: it records the operations that routines ask for, and every step runs them. */
import type { Node } from "../../../rule/graph/graph.ts";
import { heightOf, widthOf } from "../../../rule/graph/kinds.ts";
import { routines } from "../../../rule/matrices/index.ts";
import { isPortable, type MatrixEngine, type Shape } from "../../../rule/matrices/matrix.ts";
import { type Program, type RoutineCall, slotIndex } from "../../../rule/planning/program.ts";
import { multiply } from "./multiply.ts";
import { addSquares, divideByRoot, partsFor } from "./normalize.ts";
import type { ArrayMatrix, Operation } from "./operation.ts";
import { projectOntoSimplex } from "./simplex.ts";
import { transpose } from "./transpose.ts";

/** The recorded operations of a routine's call, for tensors of one shape. */
export interface Recording {
  readonly operations: readonly Operation[];
  /** The elements of scratch memory that it needs, by name. Other calls may overwrite them. */
  readonly scratch: ReadonlyMap<string, number>;
}

const matrixIn = (
  buffer: ArrayMatrix["buffer"],
  array: string,
  rows: number,
  cols: number,
): ArrayMatrix => ({ buffer, array, rows, cols, rowStride: cols, colStride: 1 });

const turned = (x: ArrayMatrix): ArrayMatrix => ({
  ...x,
  ...{ rows: x.cols, cols: x.rows },
  ...{ rowStride: x.colStride, colStride: x.rowStride },
});

const buffers: Readonly<Record<string, ArrayMatrix["buffer"]>> = { p: "parameter", g: "gradient" };

type RecordingEngine = MatrixEngine<ArrayMatrix, Node>;

/** @param constantOf the value of a number that never changes */
function recordingEngine(constantOf: (number: Node) => number | undefined) {
  const operations: Operation[] = [];
  const scratch = new Map<string, number>();
  const room = (name: string, rows: number, cols: number): ArrayMatrix => {
    scratch.set(name, Math.max(scratch.get(name) ?? 0, rows * cols));
    return matrixIn("scratch", name, rows, cols);
  };
  const engine: RecordingEngine = {
    scratch: (use, rows, cols) => room(`scratch ${use}`, rows, cols),
    multiply: (out, a, b, addend) =>
      void operations.push(multiply({ out, a, b, addend, symmetric: false })),
    multiplySymmetric: (out, a, b, addend) =>
      void operations.push(multiply({ out, a, b, addend, symmetric: true })),
    // Shaders can read a transposed view directly.
    transposed: turned,
    transpose: (out, x) => void operations.push(transpose(out, x)),
    normalize(out, x, eps) {
      const sums = room("squares", 1, partsFor(x));
      operations.push(addSquares(sums, x), divideByRoot(out, x, sums, eps));
    },
    projectOntoSimplex: (out, x, total) => void operations.push(projectOntoSimplex(out, x, total)),
    constant(number, name) {
      const value = constantOf(number);
      if (value === undefined) {
        throw new RangeError(`${name} must be a number that no step changes`);
      }
      return value;
    },
  };
  return { engine, operations, scratch };
}

/**
 * Records a call for tensors of a shape.
 * @returns undefined where the routine needs more than this engine has
 * @throws {RangeError} where a number must be known before the step, and is not
 */
export function recordRoutine(
  program: Program,
  { node, matrices, numbers, result }: RoutineCall,
  shape: Shape,
  constantOf: (number: Node) => number | undefined,
): Recording | undefined {
  const routine = routines[node.routine.name];
  if (!isPortable(routine)) {
    return undefined;
  }
  const { engine, operations, scratch } = recordingEngine(constantOf);
  const length = { "1": 1, ...shape };
  const matrixOf = (slot: string) => {
    const { kind } = program.slots[slotIndex(program, slot)]!;
    return matrixIn(buffers[slot] ?? "state", slot, length[heightOf(kind)], length[widthOf(kind)]);
  };
  routine.run(engine, matrixOf(result), matrices.map(matrixOf), numbers);
  // Without elements there is nothing to do, and a workgroup would have no parts.
  const some = (operation: Operation) =>
    operation.matrices[0]!.rows * operation.matrices[0]!.cols > 0;
  return { operations: operations.filter(some), scratch };
}
