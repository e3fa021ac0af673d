/**
 * Support for programs that need whole tensors, because rows, columns or matrices matter to them: the lengths of their arrays, and
 * whole copies of arrays outside of the kernels' memory.
 */
import { partialsOf, plainStorages } from "../../compilers/backend.ts";
import { countOf, heightOf, type Kind, widthOf } from "../../rule/graph/kinds.ts";
import { identities } from "../../rule/graph/operators.ts";
import {
  type Loop,
  loopsOf,
  type Program,
  parameterSlot,
  type RoutineCall,
} from "../../rule/planning/program.ts";
import type { BoundTensor } from "../binding/callRecord.ts";
import { colsOf, rowsOf, type Tensor } from "../binding/tensor.ts";
import type { FloatArray, MemoryScope, StoredElements } from "../memory/memory.ts";
import type { HostPlan } from "../step/host.ts";
import { type RoutineSource, Routines } from "../step/routines.ts";

/** The number of elements of an array of this kind for a tensor. */
export function lengthOf(kind: Kind, tensor: Tensor): number {
  return countOf(kind, rowsOf(tensor), colsOf(tensor));
}

function extent(of: ReturnType<typeof widthOf>, rows: number, cols: number): number {
  return { "1": 1, rows, cols }[of];
}

/** The number of elements of a loop, or of rows for a loop by rows. */
function lengthOfLoop({ kind, byRows }: Loop, rows: number, cols: number): number {
  const count = countOf(kind, rows, cols);
  return byRows && count > 0 ? extent(heightOf(kind), rows, cols) : count;
}

/** The most partial results that a loop of the program leaves for one of the tensors. */
export function maxPartials(program: Program, tensors: readonly Tensor[]): number {
  const loops = loopsOf(program).filter(({ loop }) => loop.reductions.length > 0);
  return Math.max(
    0,
    ...loops.flatMap(({ loop }) =>
      tensors.map((tensor) => partialsOf(loop, lengthOfLoop(loop, rowsOf(tensor), colsOf(tensor)))),
    ),
  );
}

/** Fills in the result for rows without elements once, because no loop visits them. */
export function fillEmptyRows(
  program: Program,
  arrays: ReadonlyMap<string, ReadonlyMap<Tensor, StoredElements>>,
): void {
  for (const { slot, node } of loopsOf(program).flatMap(({ loop }) => loop.lines)) {
    for (const array of node.lines === "rows" ? arrays.get(slot)!.values() : []) {
      array.fill(identities[node.operator]);
    }
  }
}

/** Fills an array. A square matrix becomes this multiple of the identity. */
export function fill(array: FloatArray, kind: Kind, value: number): void {
  if (kind !== "left" && kind !== "right") {
    array.fill(value);
    return;
  }
  array.fill(0);
  const length = Math.round(Math.sqrt(array.length));
  for (let i = 0; i < length; i++) {
    array[i * (length + 1)] = value;
  }
}

export class WholeTensors {
  readonly #scope: MemoryScope;
  readonly #routines: Routines | undefined;
  /** Copies of parameters. */
  readonly #copies = new Map<BoundTensor, StoredElements>();

  constructor(source: RoutineSource, plan: HostPlan) {
    this.#scope = source.scope;
    const { passes } = source.plan.program;
    this.#routines = passes.some(({ form }) => form === "routine")
      ? new Routines(source, plan)
      : undefined;
  }

  /** Calls a routine for whole matrices. */
  runRoutine(call: RoutineCall, bound: BoundTensor): void {
    this.#routines!.run(call, bound);
  }

  /** Copies in a parameter that lives elsewhere, and redirects the tensor's record to the copy. */
  bringIn(bound: BoundTensor): void {
    const { call, tensor } = bound;
    call.reset();
    if (tensor.address === undefined) {
      const { type, storage = plainStorages[type], length, padded, data } = tensor;
      const copy =
        this.#copies.get(bound) ??
        this.#scope.memory.stored(storage, this.#scope.allocate(padded), length);
      this.#copies.set(bound, copy);
      copy.set(data);
      call.redirect(parameterSlot, copy.byteOffset);
    }
  }

  /** Copies the new parameter back to the caller's array. */
  takeBack(bound: BoundTensor): void {
    const copy = this.#copies.get(bound);
    if (copy !== undefined) {
      bound.tensor.data.set(copy);
    }
  }

  /** Sets the width of a loop's rows. @returns the number of elements or rows of the loop */
  prepare(loop: Loop, { call, inputs: { rows, cols } }: BoundTensor): number {
    call.setWidth(extent(widthOf(loop.kind), rows, cols));
    return lengthOfLoop(loop, rows, cols);
  }
}

/** Everything that programs on whole tensors need. */
export const whole = { WholeTensors, lengthOf, maxPartials, fillEmptyRows };
