/** Runs kernels in ranges, as threads would. */
import type { Kernels } from "../../src/autodiff/kernels/index.ts";
import type { RunRanges } from "../../src/autodiff/products/ranges.ts";
import type { Memory } from "../../src/runtime/memory/memory.ts";

/** Runs kernels in ranges of up to three granules, the last one first, alternating between two scratches. */
export function inSeveralCalls(memory: Memory, kernels: Kernels): RunRanges {
  return (kernel, total, granularity, record, scratchBytes) => {
    const size = 3 * granularity;
    const scratch = [0, 1].map(() => memory.allocate(scratchBytes));
    for (let range = Math.ceil(total / size) - 1; range >= 0; range--) {
      const start = range * size;
      const end = Math.min(total, start + size);
      kernels[kernel](start, end, record, scratch[range % 2]!);
    }
    scratch.forEach((address) => {
      memory.release(address);
    });
  };
}
