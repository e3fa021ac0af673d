/** Restores arrays if a call throws. */
import type { StoredElements } from "../runtime/memory/memory.ts";

export class Undo {
  /** The copies. They are reused each time. */
  readonly #copies = new Map<StoredElements, StoredElements>();

  /**
   * Makes a call. If it throws, the arrays are restored.
   * @param back restores everything else, after the arrays
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
