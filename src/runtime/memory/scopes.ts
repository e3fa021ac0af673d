/** The allocations of an optimizer, in each of the memories of its parameters. */

import type { Tensor } from "../binding/tensor.ts";
import type { Staging } from "../gradients/staged.ts";
import { bufferIn, GatherScratch, type MemoryNeeds } from "../gradients/staging.ts";
import { type Memory, MemoryScope } from "./memory.ts";

export class Scopes {
  /** The memory for parameters that live elsewhere. */
  readonly #home: Memory;
  readonly #needs: MemoryNeeds;
  #promised: number;
  readonly #byMemory = new Map<Memory, MemoryScope>();
  readonly #staging = new Map<MemoryScope, Staging>();

  constructor(home: Memory, needs: MemoryNeeds) {
    this.#home = home;
    this.#needs = needs;
    this.#promised = needs.bytes;
    home.promised += needs.bytes;
  }

  /** The scope for everything that belongs to a parameter. */
  beside({ memory = this.#home }: Tensor): MemoryScope {
    const scope = this.#byMemory.get(memory) ?? new MemoryScope(memory);
    this.#byMemory.set(memory, scope);
    return scope;
  }

  /** The buffers for arrays that live elsewhere, made on first use. */
  stagingIn(scope: MemoryScope): Staging {
    const staging = this.#staging.get(scope) ?? {
      buffers: (scope.memory.shared ? [1, 2] : [1]).map(() => bufferIn(scope, this.#needs)),
      bytes: this.#needs.staged,
      gathered: new GatherScratch(scope, this.#needs),
    };
    this.#staging.set(scope, staging);
    return staging;
  }

  dispose(): void {
    for (const scope of this.#byMemory.values()) {
      scope.dispose();
    }
    this.#home.promised -= this.#promised;
    this.#promised = 0;
  }
}
