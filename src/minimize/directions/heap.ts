/** A heap: takes items in order of their keys, one by one, without sorting all of them. */
export class Heap {
  readonly #items: number[];
  readonly #keys: Float64Array;

  /**
   * @param items indices of keys; the heap keeps the list
   * @param keys which give the order, the least first
   */
  constructor(items: number[], keys: Float64Array) {
    this.#items = items;
    this.#keys = keys;
    for (let i = (items.length >> 1) - 1; i >= 0; i--) {
      this.#sink(i);
    }
  }

  /** Removes and returns the item with the least key; undefined if there are no more. */
  take(): number | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (items.length > 0) {
      items[0] = last!;
      this.#sink(0);
    }
    return least;
  }

  #sink(from: number): void {
    const [items, keys] = [this.#items, this.#keys];
    const item = items[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) {
        break;
      }
      if (child + 1 < items.length && keys[items[child + 1]!]! < keys[items[child]!]!) {
        child++;
      }
      if (keys[item]! <= keys[items[child]!]!) {
        break;
      }
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}
