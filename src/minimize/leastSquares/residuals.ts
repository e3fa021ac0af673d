/** The residual function: checked, counted and weighted. */
import { MinimizeError } from "../errors.ts";
import type { Ending } from "./ending.ts";

/** Thrown instead of a call that may not be made any more. */
export class Interruption extends Error {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.message);
    this.ending = ending;
  }
}

/** Calls the function, and knows how often it has. */
export class Residuals {
  readonly #where: string;
  readonly #call: (x: Float64Array) => ArrayLike<number>;
  /** Their square roots. */
  readonly #weights: Float64Array | undefined;
  #count: number | undefined;
  evaluations = 0;
  /** Why no further call may be made, if so. */
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

  /** The number of them; known after the first call. */
  get count(): number {
    return this.#count!;
  }

  /**
   * @throws {MinimizeError} where what the function returns is no list, or not as long as before
   * @throws {Interruption} where no call may be made
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

  /** Residuals, or a column of their Jacobian, by the weights; written over. */
  weighted(values: Float64Array): Float64Array {
    const weights = this.#weights;
    if (weights !== undefined) for (let i = 0; i < values.length; i++) values[i]! *= weights[i]!;
    return values;
  }

  /** Residuals as the function gives them. A weight of 0 leaves nothing to say: NaN. */
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
