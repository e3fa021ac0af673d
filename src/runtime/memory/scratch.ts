/** Kernels of an execution, and scratch memory for those that write down what they work on, such as blocks that are decoded: each thread has its own. */
import { type Kernel, plainStorages, type Storage } from "../../compilers/backend.ts";
import { gradientSlot } from "../../rule/planning/program.ts";
import type { ExecutionSource } from "../binding/plans.ts";
import type { MemoryScope } from "./memory.ts";

/** A kernel, and where its threads' scratch memory is, one behind the other. */
export interface KernelWithScratch {
  readonly kernel: Kernel;
  readonly scratch: number;
  readonly scratchBytes: number;
}

function withScratch(kernel: Kernel, scope: MemoryScope, threads = 1): KernelWithScratch {
  const { scratchBytes = 0 } = kernel;
  if (scratchBytes === 0) {
    return { kernel, scratch: 0, scratchBytes };
  }
  const scratch = scope.allocate(scratchBytes * threads);
  const run: Kernel["run"] = (pass, call, from, to) => kernel.run(pass, call, from, to, scratch);
  return { kernel: { ...kernel, run }, scratch, scratchBytes };
}

/** What runs a program's loops. */
export class Kernels {
  readonly #source: ExecutionSource;
  readonly #storages: readonly Storage[];
  readonly #own: KernelWithScratch;
  /** Made when first needed, where gradients may be kept otherwise than in the type. */
  #wide: KernelWithScratch | undefined;

  /** @param storages of the program's slots */
  constructor(source: ExecutionSource, storages: readonly Storage[]) {
    this.#source = source;
    this.#storages = storages;
    this.#own = this.#compile(storages);
    this.#wide = source.plan.storages.has("g") ? undefined : this.#own;
  }

  /** @param wide whether gradients are in the type, however the parameters are kept */
  for(wide: boolean): KernelWithScratch {
    return wide ? (this.#wide ??= this.#compile(this.#inType())) : this.#own;
  }

  #inType(): readonly Storage[] {
    const inType = plainStorages[this.#source.plan.type];
    return this.#storages.map((storage, slot) => (slot === gradientSlot ? inType : storage));
  }

  #compile(storages: readonly Storage[]): KernelWithScratch {
    const { scope, compiler, plan, threadPool } = this.#source;
    const kernel = compiler.compile(plan.program, plan.type, scope.memory.wasm, storages);
    return withScratch(kernel, scope, threadPool?.most);
  }
}
