/** The ranges of a memory that were given back. */

/** Ranges of one class are tried before larger ones are: those that fit behind so many are not looked for. */
const maxTried = 16;

/** Ranges are classed by the power of two that they hold. */
const classOf = (bytes: number): number => Math.floor(Math.log2(bytes));

/** Ranges of which none ends where another begins. Taking and adding one takes as long however many there are. */
export class FreeRanges {
  /** Bytes by address. */
  readonly #bytes = new Map<number, number>();
  /** The address by that behind it. */
  readonly #before = new Map<number, number>();
  readonly #classes = Array.from({ length: 33 }, () => new Set<number>());

  /** Takes so many bytes off a range that has them. @returns their address */
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

  /** Adds a range, joined with those beside it. */
  add(address: number, bytes: number): void {
    if (bytes > 0) {
      const start = this.#before.get(address) ?? address;
      const size = this.#remove(start) + bytes + this.#remove(address + bytes);
      this.#bytes.set(start, size);
      this.#before.set(start + size, start);
      this.#classes[classOf(size)]!.add(start);
    }
  }

  /** @returns how many bytes it has had */
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
