/** Parts of the library that only some rules need: what defines such rules provides them, so that other bundles leave them out. */

/** One such part; it stands beside what uses it. */
export class Feature<T> {
  #value: T | undefined;

  provide(value: T): void {
    this.#value = value;
  }

  /** Undefined where nothing has provided it. */
  get given(): T | undefined {
    return this.#value;
  }

  /** @throws {Error} where nothing has provided it: a rule that `gradus/rule` has defined brings nothing along */
  get value(): T {
    if (this.#value === undefined) {
      throw new Error(
        'to run this, define the rule with defineOptimizer or defineTransform of "gradus", or the storage with defineStorage, or import distributed',
      );
    }
    return this.#value;
  }
}
