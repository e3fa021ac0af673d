/** Memory of a tape that its steps use one after the other: as large as the largest of them needs. */
import type { FloatArray } from "../tensor.ts";

export class ScratchArray<A extends FloatArray = Float32Array> {
  readonly #allocate: (size: number) => A;
  #needed = 0;
  #array: A | undefined;

  /** @param allocate gives memory that lives as long as the tape */
  constructor(allocate: (size: number) => A) {
    this.#allocate = allocate;
  }

  /** Says how many elements somebody is going to use. */
  need(size: number): void {
    this.#needed = Math.max(this.#needed, size);
  }

  /** So many elements or more, allocated at first use; whoever uses it next overwrites them. */
  get array(): A {
    if (this.#array === undefined || this.#array.length < this.#needed) {
      this.#array = this.#allocate(this.#needed);
    }
    return this.#array;
  }
}
