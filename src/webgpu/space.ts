/** Gives out words one after the other, before there is a buffer for them. */
export class Space {
  #length = 0;

  get length(): number {
    return this.#length;
  }

  allocate(words: number): number {
    const at = this.#length;
    this.#length += words;
    return at;
  }
}
