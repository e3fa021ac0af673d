/** Kernels that work on ranges, so that threads can share what they do. */
import type { Memory } from "../runtime/memory.ts";
import { type Kernels, kernelsFor } from "./kernels/index.ts";

/**
 * A kernel `(start, end, record, scratch)`; two of its calls whose ranges do not overlap may run at
 * once, each with a scratch of its own.
 */
export type RangeKernel = "convolve" | "correlate" | "multiplyRows" | "packPanels";

/**
 * Runs a kernel on all of 0 to `total`: in one call, or in ranges that begin at multiples of
 * `granularity`, at once and in any order. It returns when all are done.
 */
export type RunRanges = (
  kernel: RangeKernel,
  total: number,
  granularity: number,
  /** Address of the kernel's call record. */
  record: number,
  /** Bytes that each call needs for itself. */
  scratchBytes: number,
) => void;

/** Runs kernels in one call each, with scratch that grows to the largest that was asked for. */
export function inOneCall(memory: Memory, kernels: Kernels): RunRanges {
  let scratch = 0;
  let size = 0;
  return (kernel, total, _, record, scratchBytes) => {
    if (scratchBytes > size) {
      memory.release(scratch);
      scratch = memory.allocate(scratchBytes);
      size = scratchBytes;
    }
    kernels[kernel](0, total, record, scratch);
  };
}

const runners = new WeakMap<Memory, RunRanges>();

/** What runs the kernels on this memory. */
export function runRangesIn(memory: Memory): RunRanges {
  let run = runners.get(memory);
  if (run === undefined) {
    run = inOneCall(memory, kernelsFor(memory));
    runners.set(memory, run);
  }
  return run;
}
