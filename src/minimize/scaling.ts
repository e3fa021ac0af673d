/** Unknowns divided by their sizes: what methods see, and what users see. */
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
  readonly #scratch: Float64Array;

  /** @param bounds the user's */
  constructor(sizes: Float64Array | undefined, bounds: Bounded) {
    this.#sizes = sizes;
    this.#bounds = bounds;
    this.#scratch = new Float64Array(sizes?.length ?? 0);
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
    if (sizes === undefined) {
      return x;
    }
    const scratch = this.#scratch;
    const { lower, upper } = this.#bounds;
    for (let i = 0; i < scratch.length; i++) {
      const value = x[i]! * sizes[i]!;
      // Rounding may lead out.
      scratch[i] = lower && upper ? clamp(value, lower[i]!, upper[i]!) : value;
    }
    return scratch;
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
