/** Converts between the unknowns of the user and those of the method, which are divided by their sizes. */
import { sizeBy } from "./differences.ts";
import { clamp } from "./method.ts";
import { divide, times } from "./vector.ts";

/** Bounds of each unknown. */
export interface Bounded {
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
}

/** Converts vectors. Without sizes, both are the same. */
export class Scaling {
  readonly #sizes: Float64Array | undefined;
  readonly #bounds: Bounded;
  readonly #scratch: Float64Array | undefined;

  /** @param bounds of the user's unknowns */
  constructor(sizes: Float64Array | undefined, bounds: Bounded) {
    this.#sizes = sizes;
    this.#bounds = bounds;
    this.#scratch = sizes?.slice();
  }

  /** The bounds of the method's unknowns. */
  get bounds(): Bounded {
    const { lower, upper } = this.#bounds;
    const sizes = this.#sizes;
    return sizes && lower && upper
      ? { lower: divide(lower.slice(), sizes), upper: divide(upper.slice(), sizes) }
      : this.#bounds;
  }

  /** The user's vector: `x` itself, or a vector that is reused. */
  outward(x: Float64Array): Float64Array {
    const sizes = this.#sizes;
    const scratch = this.#scratch;
    if (!sizes || !scratch) {
      return x;
    }
    const { lower, upper } = this.#bounds;
    for (let i = 0; i < scratch.length; i++) {
      const value = x[i]! * sizes[i]!;
      // Rounding may lead out of the bounds.
      scratch[i] = lower && upper ? clamp(value, lower[i]!, upper[i]!) : value;
    }
    return scratch;
  }

  /** Sizes of the method's unknowns at x: 1 if the user gave sizes. */
  sizesAt(x: Float64Array): Float64Array {
    return x.map(this.#sizes ? () => 1 : sizeBy);
  }

  /** Converts the user's vector to the method's, in place. */
  inward(x: Float64Array): void {
    if (this.#sizes !== undefined) {
      divide(x, this.#sizes);
    }
  }

  /** Converts the user's gradient to the method's, in place. */
  gradientInward(gradient: Float64Array): void {
    if (this.#sizes !== undefined) {
      times(gradient, this.#sizes);
    }
  }
}
