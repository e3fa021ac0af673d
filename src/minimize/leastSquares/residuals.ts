/** Wraps the residual function: checks and counts calls, and applies weights. */
import { MinimizeError } from "../errors.ts";
import type { Ending } from "./ending.ts";

/** Thrown instead of a call that is no longer allowed. */
export class Interruption extends Error {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.message);
    this.ending = ending;
  }
}

/** Calls the residual function, and counts the calls. */
export class Residuals {
  readonly #where: string;
  readonly #call: (x: Float64Array) => ArrayLike<number>;
  /** The square roots of the weights. */
  readonly #weights: Float64Array | undefined;
  #count: number | undefined;
  evaluations = 0;
  /** Returns why no further call is allowed, or undefined. */
  mayNot: (() => Ending | undefined) | undefined;

  constructor(
    where: string,
    call: (x: Float64Array) => ArrayLike<number>,
    weights: ArrayLike<number> | undefined,
  ) {
    this.#where = where;
    this.#call = call;
    this.#weights = weights && Float64Array.from(weights, (weight, i) => rootOf(where, weight, i));
  }

  /** The number of residuals, which is known after the first call. */
  get count(): number {
    return this.#count!;
  }

  /**
   * @throws {MinimizeError} if the function does not return a list, or a list of another length than before
   * @throws {Interruption} if no call is allowed
   */
  at(x: Float64Array): Float64Array {
    const ending = this.mayNot?.();
    if (ending !== undefined) throw new Interruption(ending);
    this.evaluations += 1;
    const given = this.#call(x);
    if (typeof given !== "object" || given === null || typeof given.length !== "number") {
      throw new MinimizeError(
        `${this.#where}: the residual function must return a list of numbers, not ${typeof given}`,
      );
    }
    this.#count ??= this.#checkedCount(given.length);
    if (given.length !== this.#count) {
      throw new MinimizeError(
        `${this.#where}: the residual function returned ${given.length} residuals, and ${this.#count} before; the number must not change`,
      );
    }
    return this.weighted(Float64Array.from(given));
  }

  /** Multiplies residuals, or a column of their Jacobian, by the roots of the weights, in place. */
  weighted(values: Float64Array): Float64Array {
    const weights = this.#weights;
    if (weights !== undefined) for (let i = 0; i < values.length; i++) values[i]! *= weights[i]!;
    return values;
  }

  /** Residuals without weights. A residual with weight 0 is NaN. */
  unweighted(values: Float64Array): Float64Array {
    const weights = this.#weights;
    return weights === undefined ? values.slice() : values.map((value, i) => value / weights[i]!);
  }

  #checkedCount(count: number): number {
    if (this.#weights !== undefined && this.#weights.length !== count) {
      throw new MinimizeError(
        `${this.#where}: there are ${this.#weights.length} weights for ${count} residuals; give one for each`,
      );
    }
    return count;
  }
}

function rootOf(where: string, weight: number, i: number): number {
  if (weight >= 0 && Number.isFinite(weight)) return Math.sqrt(weight);
  throw new MinimizeError(
    `${where}: weight ${i} must be a finite number, 0 or more, not ${weight}`,
  );
}
