/** Memory of a tape that its steps use one after the other: as large as the largest of them needs. */
export class ScratchArray {
  readonly #allocate: (size: number) => Float32Array;
  #needed = 0;
  #array: Float32Array = new Float32Array(0);

  /** @param allocate gives memory that lives as long as the tape */
  constructor(allocate: (size: number) => Float32Array) {
    this.#allocate = allocate;
  }

  /** Says how many elements somebody is going to use. */
  need(size: number): void {
    this.#needed = Math.max(this.#needed, size);
  }

  /** So many elements or more, allocated at first use; whoever uses it next overwrites them. */
  get array(): Float32Array {
    if (this.#array.length < this.#needed) {
      this.#array = this.#allocate(this.#needed);
    }
    return this.#array;
  }
}
