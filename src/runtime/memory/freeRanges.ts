/** The freed ranges of a memory. */

/** After this many ranges of one class, the search goes on in the next larger class. */
const maxTried = 16;

/** The class of a range: the largest power of two that fits into it. */
const classOf = (bytes: number): number => Math.floor(Math.log2(bytes));

/** Free ranges, of which no two are adjacent. Taking or adding one takes the same time however many there are. */
export class FreeRanges {
  /** From address to bytes. */
  readonly #bytes = new Map<number, number>();
  /** From the end of a range to its address. */
  readonly #before = new Map<number, number>();
  readonly #classes = Array.from({ length: 33 }, () => new Set<number>());

  /** Takes bytes from a range that is large enough. @returns their address; undefined if there is none */
  take(bytes: number): number | undefined {
    for (const addresses of this.#classes.slice(classOf(bytes))) {
      let tried = 0;
      for (const address of addresses) {
        const rest = this.#bytes.get(address)! - bytes;
        if (rest >= 0) {
          this.#remove(address);
          this.add(address + bytes, rest);
          return address;
        }
        if (++tried > maxTried) {
          break;
        }
      }
    }
    return undefined;
  }

  /** Adds a range, and merges it with its neighbours. */
  add(address: number, bytes: number): void {
    if (bytes > 0) {
      const start = this.#before.get(address) ?? address;
      const size = this.#remove(start) + bytes + this.#remove(address + bytes);
      this.#bytes.set(start, size);
      this.#before.set(start + size, start);
      this.#classes[classOf(size)]!.add(start);
    }
  }

  /** @returns the bytes of the removed range */
  #remove(address: number): number {
    const size = this.#bytes.get(address) ?? 0;
    if (size > 0) {
      this.#bytes.delete(address);
      this.#before.delete(address + size);
      this.#classes[classOf(size)]!.delete(address);
    }
    return size;
  }
}
