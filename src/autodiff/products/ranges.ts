/** Kernels that work on ranges, so that threads can share what they do. */
import { leastSharedProduct } from "../../compilers/backend.ts";
import type { Memory } from "../../runtime/memory/memory.ts";
import type { ThreadPool } from "../../runtime/threads/threadPool.ts";
import { type Kernels, kernelsFor, type RangeKernel, rangeKernelsFor } from "../kernels/index.ts";

/**
 * Runs a kernel on all of 0 to `total`: in one call, or in ranges that begin at multiples of
 * `granularity`, at once and in any order. It returns when all are done.
 *
 * @param kernel by its name
 * @param total how many rows or columns there are
 * @param granularity what a range begins at a multiple of
 * @param record address of the kernel's call record
 * @param scratchBytes bytes that each call needs for itself
 * @param work roughly how many multiplications all of it takes
 */
export type RunRanges = (
  kernel: RangeKernel,
  total: number,
  granularity: number,
  record: number,
  scratchBytes: number,
  work: number,
) => void;

/** Multiplications that make a range at least. */
const leastRange = 1 << 18;
/** Ranges of a long one: some for each thread, so that one which comes late leaves them to others. */
const maxRanges = 32;

interface Scratch {
  readonly address: number;
  readonly bytes: number;
}

/** Grows to the largest that was asked for, and stays; no two kernels of a memory run at once. */
const scratches = new WeakMap<Memory, Scratch>();

function scratchIn(memory: Memory, bytes: number): number {
  const known = scratches.get(memory) ?? { address: 0, bytes: 0 };
  if (bytes <= known.bytes) {
    return known.address;
  }
  memory.release(known.address);
  const address = memory.allocate(bytes);
  scratches.set(memory, { address, bytes });
  return address;
}

/** Runs kernels in one call each. */
export function inOneCall(memory: Memory, kernels: Kernels): RunRanges {
  return (kernel, total, _granularity, record, scratchBytes) => {
    kernels[kernel](0, total, record, scratchIn(memory, scratchBytes));
  };
}

/** Runs the kernels on this memory, in ranges that threads share where that pays. */
export function runRangesOn(memory: Memory, threadPool: ThreadPool | undefined): RunRanges {
  const alone = inOneCall(memory, kernelsFor(memory));
  if (threadPool === undefined || !memory.shared) {
    return alone;
  }
  const code = rangeKernelsFor(memory);
  return (kernel, total, granularity, record, scratchBytes, work) => {
    const steps = Math.ceil(total / granularity);
    if (work < leastSharedProduct || steps < 2) {
      alone(kernel, total, granularity, record, scratchBytes, work);
      return;
    }
    const perRange = Math.max(1, steps / maxRanges, (leastRange * steps) / work);
    const grain = granularity * Math.ceil(perRange);
    const scratch = scratchIn(memory, scratchBytes * threadPool.most);
    threadPool.run(code, code.names.indexOf(kernel), record, total, grain, scratch, scratchBytes);
  };
}
