/** Kernels of an execution, and room for those that write down what they work on, such as blocks that are decoded: each thread has its own. */
import { type Kernel, plainStorages, type Storage } from "../compilers/backend.ts";
import { gradientSlot } from "../rule/program.ts";
import type { MemoryScope } from "./memory.ts";
import type { ExecutionSource } from "./plans.ts";

/** A kernel, and where its threads' rooms are, one behind the other. */
export interface Roomy {
  readonly kernel: Kernel;
  readonly room: number;
  readonly roomBytes: number;
}

function inRoom(kernel: Kernel, scope: MemoryScope, threads = 1): Roomy {
  const { roomBytes = 0 } = kernel;
  if (roomBytes === 0) {
    return { kernel, room: 0, roomBytes };
  }
  const room = scope.allocate(roomBytes * threads);
  const run: Kernel["run"] = (pass, call, from, to) => kernel.run(pass, call, from, to, room);
  return { kernel: { ...kernel, run }, room, roomBytes };
}

/** What runs a program's loops. */
export class Kernels {
  readonly #source: ExecutionSource;
  readonly #storages: readonly Storage[];
  readonly #own: Roomy;
  /** Made when first needed, where gradients may be kept otherwise than in the type. */
  #wide: Roomy | undefined;

  /** @param storages of the program's slots */
  constructor(source: ExecutionSource, storages: readonly Storage[]) {
    this.#source = source;
    this.#storages = storages;
    this.#own = this.#compile(storages);
    this.#wide = source.plan.storages.has("g") ? undefined : this.#own;
  }

  /** @param wide whether gradients are in the type, however the parameters are kept */
  for(wide: boolean): Roomy {
    return wide ? (this.#wide ??= this.#compile(this.#inType())) : this.#own;
  }

  #inType(): readonly Storage[] {
    return this.#storages.with(gradientSlot, plainStorages[this.#source.plan.type]);
  }

  #compile(storages: readonly Storage[]): Roomy {
    const { scope, compiler, plan, crew } = this.#source;
    const kernel = compiler.compile(plan.program, plan.type, scope.memory.wasm, storages);
    return inRoom(kernel, scope, crew?.most);
  }
}
