/** Room for kernels that write down what they work on, such as blocks that are decoded: each thread has its own. */
import type { Kernel } from "../compilers/backend.ts";
import type { MemoryScope } from "./memory.ts";

/** A kernel, and where its threads' rooms are, one behind the other. */
export interface Roomy {
  readonly kernel: Kernel;
  readonly room: number;
  readonly roomBytes: number;
}

export function inRoom(kernel: Kernel, scope: MemoryScope, threads = 1): Roomy {
  const { roomBytes = 0 } = kernel;
  if (roomBytes === 0) {
    return { kernel, room: 0, roomBytes };
  }
  const room = scope.allocate(roomBytes * threads);
  const run: Kernel["run"] = (pass, call, from, to) => kernel.run(pass, call, from, to, room);
  return { kernel: { ...kernel, run }, room, roomBytes };
}
