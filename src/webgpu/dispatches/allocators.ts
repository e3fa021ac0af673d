/** Allocates words one after the other, before the buffer is made. */
export class WordAllocator {
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

/** Words that several users need one after the other, so as many as the largest user needs. */
export class SharedWords {
  #length = 0;

  get length(): number {
    return this.#length;
  }

  reserve(words: number): void {
    this.#length = Math.max(this.#length, words);
  }
}
