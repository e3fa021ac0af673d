/** Arrays as they were before a call, for when it throws. */
import type { StoredElements } from "../runtime/memory/memory.ts";

export class Undo {
  /** Room for copies, the same each time. */
  readonly #copies = new Map<StoredElements, StoredElements>();

  /**
   * Makes a call; where it throws these arrays are what they were.
   * @param back takes back the rest, behind them
   */
  during<T>(arrays: readonly StoredElements[], call: () => T, back: () => void): T {
    for (const array of arrays) {
      const copy = this.#copies.get(array);
      if (copy === undefined) {
        this.#copies.set(array, array.slice());
      } else {
        copy.set(array);
      }
    }
    try {
      return call();
    } catch (error) {
      for (const array of arrays) {
        array.set(this.#copies.get(array)!);
      }
      back();
      throw error;
    }
  }
}
