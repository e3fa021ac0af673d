/** Unknowns divided by their sizes: what methods see, and what users see. */
import { sizeBy } from "./differences.ts";
import { clamp } from "./method.ts";
import { divide, times } from "./vector.ts";

/** Bounds of each unknown. */
export interface Bounded {
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
}

/** Between a method's vector and the user's; without sizes they are the same. */
export class Scaling {
  readonly #sizes: Float64Array | undefined;
  readonly #bounds: Bounded;
  readonly #scratch: Float64Array | undefined;

  /** @param bounds the user's */
  constructor(sizes: Float64Array | undefined, bounds: Bounded) {
    this.#sizes = sizes;
    this.#bounds = bounds;
    this.#scratch = sizes?.slice();
  }

  /** The bounds as the method sees them. */
  get bounds(): Bounded {
    const { lower, upper } = this.#bounds;
    const sizes = this.#sizes;
    return sizes && lower && upper
      ? { lower: divide(lower.slice(), sizes), upper: divide(upper.slice(), sizes) }
      : this.#bounds;
  }

  /** The user's vector: `x` itself, or one that is used again. */
  outward(x: Float64Array): Float64Array {
    const sizes = this.#sizes;
    const scratch = this.#scratch;
    if (!sizes || !scratch) {
      return x;
    }
    const { lower, upper } = this.#bounds;
    for (let i = 0; i < scratch.length; i++) {
      const value = x[i]! * sizes[i]!;
      // Rounding may lead out.
      scratch[i] = lower && upper ? clamp(value, lower[i]!, upper[i]!) : value;
    }
    return scratch;
  }

  /** Sizes of the method's unknowns by values of them: 1 where users gave them. */
  sizesAt(x: Float64Array): Float64Array {
    return x.map(this.#sizes ? () => 1 : sizeBy);
  }

  /** Makes the user's vector the method's. */
  inward(x: Float64Array): void {
    if (this.#sizes !== undefined) {
      divide(x, this.#sizes);
    }
  }

  /** Makes the user's gradient the method's. */
  gradientInward(gradient: Float64Array): void {
    if (this.#sizes !== undefined) {
      times(gradient, this.#sizes);
    }
  }
}
