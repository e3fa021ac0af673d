/** Scratch memory for kernels that write down what they work on, such as blocks that are decoded: each thread has its own. */
import type { Kernel, Storage } from "../../compilers/backend.ts";
import { Feature } from "../../feature.ts";
import type { ExecutionSource } from "../binding/plans.ts";
import type { MemoryScope } from "./memory.ts";

/** A kernel, and where its threads' scratch memory is, one behind the other. */
export interface KernelWithScratch {
  readonly kernel: Kernel;
  readonly scratch: number;
  readonly scratchBytes: number;
}

/** What runs a plan's loops over gradients that are numbers where its parameters are kept otherwise (narrow.ts). */
export const wideGradients = new Feature<
  (source: ExecutionSource, storages: readonly Storage[]) => KernelWithScratch
>();

export function withScratch(kernel: Kernel, scope: MemoryScope, threads = 1): KernelWithScratch {
  const { scratchBytes = 0 } = kernel;
  if (scratchBytes === 0) {
    return { kernel, scratch: 0, scratchBytes };
  }
  const scratch = scope.allocate(scratchBytes * threads);
  const run: Kernel["run"] = (pass, call, from, to) => kernel.run(pass, call, from, to, scratch);
  return { kernel: { ...kernel, run }, scratch, scratchBytes };
}
