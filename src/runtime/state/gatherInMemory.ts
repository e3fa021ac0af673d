/** Moves rows with a kernel, for arrays in Gradus' memory whose rows are whole words and not too long. */
import { type Gather, gatherOn, maxGathered } from "../../compilers/wasm/gather.ts";
import type { Kept } from "../binding/binding.ts";
import type { ExecutionSource } from "../binding/plans.ts";
import type { Memory } from "../memory/memory.ts";
import { newRow } from "./rowList.ts";

/** The memory of each array. It cannot be found from the buffer, because a memory gets a new buffer when it grows. */
const memories = new WeakMap<object, Memory>();

/** Registers the memory of an array. */
export const locate = (array: object, memory: Memory): unknown => memories.set(array, memory);

/** Registers the memory of an optimizer's state. */
export function locateState(
  bound: readonly (Pick<Kept, "state"> & { readonly source: Pick<ExecutionSource, "scope"> })[],
): void {
  for (const { state, source } of bound) {
    for (const array of [...state.values()].flatMap((byTensor) => [...byTensor.values()])) {
      locate(array, source.scope.memory);
    }
  }
}

/** The memory of an array, if it was registered. */
export const memoryWith = (array: object): Memory | undefined => memories.get(array);

/** The units that are moved: words if rows consist of whole words, otherwise bytes. */
export type Units = Int32Array | Uint8Array;

/** Rows to move. */
export interface MovingRows {
  readonly from: Units;
  readonly to: Units;
  /** The memory of `from`, if it is known, and whether `to` is in the same one. */
  readonly memory: Memory | undefined;
  readonly isOne: boolean;
  readonly rows: Uint32Array;
  /** Units of a row. */
  readonly width: number;
  readonly hasNew: boolean;
  /** The content of new rows, at the place of each row; undefined for zeros. */
  readonly fresh: Units | undefined;
  /** Whether `to` already holds the content of new rows. */
  readonly stays: boolean;
}

/** With fewer rows than this, compiling a kernel takes longer than it saves. */
const leastRows = 512;

/** Bytes of the buffer through which rows are copied to another memory: small enough to stay in a cache. */
const stagedBytes = 1 << 16;

/**
 * V8 copies between shared memories this many bytes at a time if both addresses have the same remainder modulo it, and byte by byte
 * otherwise.
 */
const alike = 8;

/** The number of rows that are copied together is a multiple of this, so that both addresses are multiples of 64 bytes. */
const rowsTogether = 16;

/** A kernel, and the addresses in its memory of a part of the list, and of the staged rows after it. */
interface Mover {
  readonly gather: Gather;
  readonly memory: Memory;
  /** Rows at once. */
  readonly most: number;
  readonly list: number;
  readonly staged: number;
}

/** Undefined if a plain loop must do it. */
function moverOf({ from, memory, rows, width }: MovingRows): Mover | undefined {
  const bytes = 4 * width;
  const isInWords = from instanceof Int32Array;
  if (
    !isInWords ||
    memory === undefined ||
    rows.length < leastRows ||
    bytes === 0 ||
    bytes > maxGathered
  ) {
    return undefined;
  }
  const most = Math.floor(stagedBytes / bytes / rowsTogether) * rowsTogether;
  try {
    const gather = gatherOn(memory.wasm, bytes);
    const list = memory.allocate(4 * most + stagedBytes);
    return { gather, memory, most, list, staged: list + 4 * most };
  } catch {
    // WebAssembly may be forbidden, or a memory that cannot grow may be full.
    return undefined;
  }
}

/** @returns whether it has moved the rows; if not, a plain loop must do it */
export function gatherInMemory(moving: MovingRows): boolean {
  const mover = moverOf(moving);
  if (mover === undefined) {
    return false;
  }
  const { memory, list, most } = mover;
  const { from, to, isOne, rows, width, hasNew, stays } = moving;
  const isDirect = isOne && (!hasNew || stays);
  const words = new Uint32Array(memory.wasm.buffer, list, most);
  for (let first = 0; first < rows.length; first += most) {
    const part = rows.subarray(first, first + most);
    const target = to.byteOffset + 4 * first * width;
    const start = part[0]! * width;
    const isAlike = (from.byteOffset + 4 * start - target) % alike === 0;
    if (isAlike && isRun(part)) {
      to.set(from.subarray(start, start + part.length * width), first * width);
      continue;
    }
    words.set(part);
    if (isDirect) {
      mover.gather(list, part.length, from.byteOffset, target);
    } else {
      stage(mover, moving, part, first);
    }
  }
  memory.release(list);
  return true;
}

/** Whether rows lay side by side, as those before a first clone or pruned one do: they go as one. */
function isRun(rows: Uint32Array): boolean {
  const first = rows[0]!;
  let index = 1;
  while (index < rows.length && rows[index] === first + index) index++;
  return first !== newRow && index === rows.length;
}

/** Gathers a part of the rows in the staging buffer, and copies them at once. */
function stage(
  { gather, memory, list, staged }: Mover,
  { from, to, width, fresh, hasNew }: MovingRows,
  part: Uint32Array,
  first: number,
): void {
  const rows = new Int32Array(memory.wasm.buffer, staged, part.length * width);
  if (hasNew && part.includes(newRow)) {
    if (fresh === undefined) {
      rows.fill(0);
    } else {
      rows.set(fresh.subarray(first * width, first * width + rows.length));
    }
  }
  gather(list, part.length, from.byteOffset, staged);
  to.set(rows, first * width);
}
