/** Gradients by differences of values. */
/** The step that makes truncation and rounding of a central difference alike, as a part of an unknown's size. */
const relativeStep = Math.cbrt(Number.EPSILON);

/** What one element's difference needs. */
export interface Differences {
  readonly lower?: Float64Array | undefined;
  readonly upper?: Float64Array | undefined;
  /** The size of each unknown where it is near zero. */
  readonly typical: Float64Array;
}

/** The size of an unknown by a value of it: its magnitude, 1 where that is nearly zero: below 1e-16. */
export const sizeBy = (value: number): number => (Math.abs(value) > 1e-16 ? Math.abs(value) : 1);

/** A difference, and whether it is more than rounding of the values, or at least bends more. */
interface Difference {
  readonly slope: number;
  readonly isSeen: boolean;
}

/**
 * The gradient by central differences, of an error of h^2: steps of eps^(1/3) of an unknown's size. At a bound, the
 * difference of the same order of two steps inwards. Of an unknown that has no room it is 0. Steps that change nothing, for
 * the size was none, grow up to that of an unknown of size 1.
 *
 * @param x is changed and put back
 * @param value at `x`
 * @param valueAt the function, which reads `x`
 */
export function differentiate(
  x: Float64Array,
  value: number,
  valueAt: () => number,
  { lower, upper, typical }: Differences,
  into: Float64Array,
): void {
  const shifted = (index: number, by: number): number => {
    const kept = x[index]!;
    x[index] = kept + by;
    try {
      return valueAt();
    } finally {
      x[index] = kept;
    }
  };
  for (let i = 0; i < x.length; i++) {
    const at = x[i]!;
    const above = upper === undefined ? Infinity : upper[i]! - at;
    const below = lower === undefined ? Infinity : at - lower[i]!;
    const most = relativeStep * Math.max(Math.abs(at), typical[i]!, 1);
    let size = relativeStep * Math.max(Math.abs(at), typical[i]!);
    for (;;) {
      // A step that the number can really make.
      const step = at + size - at;
      const { slope, isSeen } = difference(value, step, above, below, (by) => shifted(i, by));
      into[i] = slope;
      if (isSeen || size >= most) {
        break;
      }
      size = Math.min(1e4 * size, most);
    }
  }
}

function difference(
  value: number,
  step: number,
  above: number,
  below: number,
  shifted: (by: number) => number,
): Difference {
  const noise = 64 * Number.EPSILON * Math.abs(value);
  if (step > 0 && Math.min(above, below) >= step) {
    const [more, less] = [shifted(step), shifted(-step)];
    const isSeen = Math.max(Math.abs(more - less), Math.abs(more - 2 * value + less)) > noise;
    return { slope: (more - less) / (2 * step), isSeen };
  }
  const sign = above >= below ? 1 : -1;
  const inward = Math.min(step, (Math.max(above, below) / 2) * (1 - Number.EPSILON));
  if (inward <= 0) {
    return { slope: 0, isSeen: step > 0 };
  }
  const [near, far] = [shifted(sign * inward), shifted(sign * 2 * inward)];
  const isSeen = Math.max(Math.abs(near - value), Math.abs(far - value)) > noise || inward < step;
  return { slope: (sign * (4 * near - 3 * value - far)) / (2 * inward), isSeen };
}
