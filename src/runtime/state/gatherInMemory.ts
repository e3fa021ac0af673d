/** Rows that follow a list by a kernel: those of arrays in a memory of ours, up to some size. */
import { type Gather, gatherOn, mostGathered } from "../../compilers/wasm/gather.ts";
import { holderOf, type Memory } from "../memory/memory.ts";
import { newRow } from "./rowList.ts";

/** What is moved: words where rows are made of whole ones, bytes otherwise. */
export type Units = Int32Array | Uint8Array;

/** Rows that are to be elsewhere. */
export interface MovingRows {
  readonly from: Units;
  readonly to: Units;
  readonly rows: Uint32Array;
  /** Units of a row. */
  readonly width: number;
  readonly hasNew: boolean;
  /** What new rows begin with, one for each row; zeros where it is undefined. */
  readonly fresh: Units | undefined;
  /** Whether new rows have in `to` what they begin with. */
  readonly stays: boolean;
}

/** Rows from which on a kernel is worth its making. */
const leastRows = 512;

/** Rows pass through so many bytes on their way to another memory: they stay in a cache. */
const stagedBytes = 1 << 16;

/** What moves rows, and where in its memory a part of the list goes, and behind that rows on their way. */
interface Mover {
  readonly gather: Gather;
  readonly memory: Memory;
  /** Rows at once. */
  readonly most: number;
  readonly list: number;
  readonly staged: number;
}

/** Undefined where a plain loop is to do it. */
function moverOf({ from, rows, width }: MovingRows): Mover | undefined {
  const bytes = width * from.BYTES_PER_ELEMENT;
  const memory = holderOf(from);
  if (memory === undefined || rows.length < leastRows || bytes === 0 || bytes > mostGathered) {
    return undefined;
  }
  const most = Math.floor(stagedBytes / bytes);
  try {
    const gather = gatherOn(memory.wasm, bytes);
    const list = memory.allocate(4 * most + stagedBytes);
    return { gather, memory, most, list, staged: list + 4 * most };
  } catch {
    // WebAssembly may be forbidden, and a memory that cannot grow be full.
    return undefined;
  }
}

/** @returns whether it has: else a plain loop is to do it */
export function gatherInMemory(moving: MovingRows): boolean {
  const mover = moverOf(moving);
  if (mover === undefined) {
    return false;
  }
  const { memory, list, most } = mover;
  const { from, to, rows, width, hasNew, stays } = moving;
  const isDirect = holderOf(to) === memory && (!hasNew || stays);
  const bytes = width * to.BYTES_PER_ELEMENT;
  const words = new Uint32Array(memory.wasm.buffer, list, most);
  for (let first = 0; first < rows.length; first += most) {
    const part = rows.subarray(first, first + most);
    words.set(part);
    if (isDirect) {
      const target = to.byteOffset + first * bytes;
      mover.gather(list, part.length, from.byteOffset, target);
    } else {
      stage(mover, moving, part, first);
    }
  }
  memory.release(list);
  return true;
}

/** Gathers a part of the rows side by side, and copies these at once. */
function stage(
  { gather, memory, list, staged }: Mover,
  { from, to, width, fresh, hasNew }: MovingRows,
  part: Uint32Array,
  first: number,
): void {
  const View = to instanceof Int32Array ? Int32Array : Uint8Array;
  const rows = new View(memory.wasm.buffer, staged, part.length * width);
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
