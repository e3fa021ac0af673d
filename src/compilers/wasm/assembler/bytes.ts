/** A writer of WebAssembly's binary format (WebAssembly Core Specification, chapter 5.2, "Values"). */

/** A growing list of bytes. */
export class Bytes {
  list: number[] = [];

  byte(value: number): this {
    this.list.push(value);
    return this;
  }

  /** Appends a few bytes. A loop here would be optimized while the first module is made, which takes longer than it saves. */
  bytes(values: Iterable<number>): this {
    this.list.push(...values);
    return this;
  }

  /** Appends a number in unsigned LEB128. */
  unsigned(value: number): this {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) {
      this.list.push((rest % 128) | 0x80);
    }
    return this.byte(rest);
  }

  /** Appends a 32-bit number in signed LEB128. */
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

  /** Appends the length in bytes of what `write` writes, then the bytes. */
  sized(write: (content: Bytes) => void): this {
    const content = new Bytes();
    write(content);
    this.unsigned(content.list.length);
    content.list.forEach(this.byte, this);
    return this;
  }

  /** Appends the number of items, then the items. */
  vector<T>(items: readonly T[], write: (item: T, index: number) => void): this {
    this.unsigned(items.length);
    items.forEach(write);
    return this;
  }

  section(id: number, write: (content: Bytes) => void): this {
    return this.byte(id).sized(write);
  }
}
