/** A writer of WebAssembly's binary format (WebAssembly Core Specification, chapter 5.2, "Values"). */

/** Bytes, as they are written one behind another. */
export class Bytes {
  list: number[] = [];

  byte(value: number): this {
    this.list.push(value);
    return this;
  }

  /** A few; a loop here would be optimized while the first module is made, which takes longer than it saves. */
  bytes(values: Iterable<number>): this {
    this.list.push(...values);
    return this;
  }

  /** Unsigned LEB128. */
  unsigned(value: number): this {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) {
      this.list.push((rest % 128) | 0x80);
    }
    return this.byte(rest);
  }

  /** Signed LEB128 of 32 bits. */
  signed(value: number): this {
    let rest = value;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
        return this.byte(low);
      }
      this.byte(low | 0x80);
    }
  }

  text(value: string): this {
    const encoded = new TextEncoder().encode(value);
    return this.unsigned(encoded.length).bytes(encoded);
  }

  /** The length of what is written, and then that. */
  sized(write: (content: Bytes) => void): this {
    const content = new Bytes();
    write(content);
    this.unsigned(content.list.length);
    content.list.forEach(this.byte, this);
    return this;
  }

  /** The number of the items, and then they. */
  vector<T>(items: readonly T[], write: (item: T, index: number) => void): this {
    this.unsigned(items.length);
    items.forEach(write);
    return this;
  }

  section(id: number, write: (content: Bytes) => void): this {
    return this.byte(id).sized(write);
  }
}
