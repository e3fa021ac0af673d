/** The ranges of a memory that were given back. */
import { firstIndex } from "./lists.ts";

/** Ranges of which none ends where another begins. Taking and adding one takes as long however many there are. */
export class FreeRanges {
  /** Bytes by address. */
  readonly #bytes = new Map<number, number>();
  /** The address by that behind it. */
  readonly #before = new Map<number, number>();
  readonly #bySize = new Map<number, Set<number>>();
  /** Those that there are, in ascending order: of ranges in 4 GiB a few thousand can differ. */
  readonly #sizes: number[] = [];

  /** Takes so many bytes off the smallest range that has them. @returns their address */
  take(bytes: number): number | undefined {
    const size = this.#sizes[this.#indexOf(bytes)];
    if (size === undefined) {
      return undefined;
    }
    const [address] = this.#bySize.get(size)! as Set<number> & [number];
    this.#remove(address);
    if (size > bytes) {
      this.add(address + bytes, size - bytes);
    }
    return address;
  }

  /** Adds a range, joined with those beside it. */
  add(address: number, bytes: number): void {
    const start = this.#before.get(address) ?? address;
    const size = this.#remove(start) + bytes + this.#remove(address + bytes);
    this.#bytes.set(start, size);
    this.#before.set(start + size, start);
    const same = this.#bySize.get(size) ?? new Set();
    if (same.size === 0) {
      this.#bySize.set(size, same);
      this.#sizes.splice(this.#indexOf(size), 0, size);
    }
    same.add(start);
  }

  /** @returns how many bytes it has had */
  #remove(address: number): number {
    const size = this.#bytes.get(address);
    if (size === undefined) {
      return 0;
    }
    this.#bytes.delete(address);
    this.#before.delete(address + size);
    const same = this.#bySize.get(size)!;
    same.delete(address);
    if (same.size === 0) {
      this.#bySize.delete(size);
      this.#sizes.splice(this.#indexOf(size), 1);
    }
    return size;
  }

  #indexOf(bytes: number): number {
    return firstIndex(this.#sizes.length, (index) => this.#sizes[index]! >= bytes);
  }
}
