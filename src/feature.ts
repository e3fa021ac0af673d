/**
 * Parts of the library that only some rules need. The code that defines such rules provides the parts, so other bundles do not
 * contain them.
 */

/** One such part. It is declared next to the code that uses it. */
export class Feature<T> {
  #value: T | undefined;

  provide(value: T): void {
    this.#value = value;
  }

  /** Undefined if nothing has provided the part. */
  get given(): T | undefined {
    return this.#value;
  }

  /** @throws {Error} if nothing has provided the part: rules defined by `gradus/rule` alone provide none */
  get value(): T {
    if (this.#value === undefined) {
      throw new Error(
        'to run this, define the rule with defineOptimizer or defineTransform of "gradus", or the storage with defineStorage, or import distributed',
      );
    }
    return this.#value;
  }
}
