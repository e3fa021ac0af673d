/**
 * Programs that cannot work on a part of a tensor, since rows, columns or matrices matter to them:
 * how long their arrays are, and whole copies of arrays that live elsewhere.
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

/** Elements of an array of a kind beside a tensor. */
export function lengthOf(kind: Kind, tensor: Tensor): number {
  return countOf(kind, rowsOf(tensor), colsOf(tensor));
}

function extent(of: ReturnType<typeof widthOf>, rows: number, cols: number): number {
  return { "1": 1, rows, cols }[of];
}

/** Over how much a loop runs: elements, or rows of a loop by rows. */
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

/** What a row without elements comes to is there from the start: no loop comes by it. */
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

/** Fills an array: square matrices with that multiple of the identity. */
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
  /** Of parameters. */
  readonly #copies = new Map<BoundTensor, StoredElements>();

  constructor(source: RoutineSource, plan: HostPlan) {
    this.#scope = source.scope;
    const { passes } = source.plan.program;
    this.#routines = passes.some(({ form }) => form === "routine")
      ? new Routines(source, plan)
      : undefined;
  }

  /** Calls a routine of whole matrices. */
  runRoutine(call: RoutineCall, bound: BoundTensor): void {
    this.#routines!.run(call, bound);
  }

  /** Brings in what is elsewhere, and points the tensor's record at it. */
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

  /** Takes the new parameter back to where the caller has it. */
  takeBack(bound: BoundTensor): void {
    const copy = this.#copies.get(bound);
    if (copy !== undefined) {
      bound.tensor.data.set(copy);
    }
  }

  /** Says how wide a loop's rows are. @returns over how much it runs */
  prepare(loop: Loop, { call, inputs: { rows, cols } }: BoundTensor): number {
    call.setWidth(extent(widthOf(loop.kind), rows, cols));
    return lengthOfLoop(loop, rows, cols);
  }
}

/** All of it, for programs that need some of it. */
export const whole = { WholeTensors, lengthOf, maxPartials, fillEmptyRows };
