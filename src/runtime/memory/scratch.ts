/** Scratch memory for kernels that need it, for example to decode blocks. Each thread has its own. */
import type { Kernel, Storage } from "../../compilers/backend.ts";
import { Feature } from "../../feature.ts";
import type { ExecutionSource } from "../binding/plans.ts";
import type { MemoryScope } from "./memory.ts";

/** A kernel and the scratch memory of its threads, one after another. */
export interface KernelWithScratch {
  readonly kernel: Kernel;
  readonly scratch: number;
  readonly scratchBytes: number;
}

/** Runs a plan's loops on gradients given as numbers, while its parameters have a storage (narrow.ts). */
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
