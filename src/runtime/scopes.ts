/** What an optimizer has allocated, in each of the memories that its parameters live in. */
import { type Memory, MemoryScope } from "./memory.ts";
import type { Staging } from "./staged.ts";
import { bufferIn, GatherRoom, type Room } from "./staging.ts";
import type { Tensor } from "./tensor.ts";

export class Scopes {
  /** Of the parameters that live elsewhere. */
  readonly #home: Memory;
  readonly #room: Room;
  #promised: number;
  readonly #byMemory = new Map<Memory, MemoryScope>();
  readonly #staging = new Map<MemoryScope, Staging>();

  constructor(home: Memory, room: Room) {
    this.#home = home;
    this.#room = room;
    this.#promised = room.bytes;
    home.promised += room.bytes;
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
      buffers: (scope.memory.shared ? [1, 2] : [1]).map(() => bufferIn(scope, this.#room)),
      bytes: this.#room.staged,
      gathered: new GatherRoom(scope, this.#room),
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
