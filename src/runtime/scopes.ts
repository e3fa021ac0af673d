/** What an optimizer has allocated, in each of the memories that its parameters live in. */
import { type Memory, MemoryScope } from "./memory.ts";
import type { Staging } from "./staged.ts";
import { GatherRoom, StagingBuffer } from "./staging.ts";
import type { Tensor } from "./tensor.ts";

export class Scopes {
  /** Of the parameters that live elsewhere. */
  readonly #home: Memory;
  readonly #gatheredBytes: number;
  readonly #byMemory = new Map<Memory, MemoryScope>();
  readonly #staging = new Map<MemoryScope, Staging>();

  /** @param gatheredBytes see GatherRoom */
  constructor(home: Memory, gatheredBytes: number) {
    this.#home = home;
    this.#gatheredBytes = gatheredBytes;
  }

  /** What is allocated beside a parameter. */
  beside({ memory = this.#home }: Tensor): MemoryScope {
    const scope = this.#byMemory.get(memory) ?? new MemoryScope(memory);
    this.#byMemory.set(memory, scope);
    return scope;
  }

  /** The buffers for arrays that live elsewhere, made when first needed. */
  stagingIn(scope: MemoryScope): Staging {
    const staging = this.#staging.get(scope) ?? {
      parameter: new StagingBuffer(scope),
      gradient: new StagingBuffer(scope),
      gathered: new GatherRoom(scope, this.#gatheredBytes),
    };
    this.#staging.set(scope, staging);
    return staging;
  }

  dispose(): void {
    for (const scope of this.#byMemory.values()) {
      scope.dispose();
    }
  }
}
