/** Room for kernels that write down what they work on, such as blocks that are decoded: each thread has its own. */
import type { Kernel, Storage } from "../compilers/backend.ts";
import { Feature } from "../feature.ts";
import type { MemoryScope } from "./memory.ts";
import type { ExecutionSource } from "./plans.ts";

/** A kernel, and where its threads' rooms are, one behind the other. */
export interface Roomy {
  readonly kernel: Kernel;
  readonly room: number;
  readonly roomBytes: number;
}

/** What runs a plan's loops over gradients that are numbers where its parameters are kept otherwise (narrow.ts). */
export const wideGradients = new Feature<
  (source: ExecutionSource, storages: readonly Storage[]) => Roomy
>();

export function inRoom(kernel: Kernel, scope: MemoryScope, threads = 1): Roomy {
  const { roomBytes = 0 } = kernel;
  if (roomBytes === 0) {
    return { kernel, room: 0, roomBytes };
  }
  const room = scope.allocate(roomBytes * threads);
  const run: Kernel["run"] = (pass, call, from, to) => kernel.run(pass, call, from, to, room);
  return { kernel: { ...kernel, run }, room, roomBytes };
}
