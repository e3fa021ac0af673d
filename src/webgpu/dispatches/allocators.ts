/** Gives out words one after the other, before there is a buffer for them. */
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

/** Words that several use one after the other: as many as the one that needs most. */
export class SharedWords {
  #length = 0;

  get length(): number {
    return this.#length;
  }

  reserve(words: number): void {
    this.#length = Math.max(this.#length, words);
  }
}
