/** Gradients by differences of values. */
/** The relative step at which truncation and rounding of a central difference are about equal. */
const relativeStep = Math.cbrt(Number.EPSILON);

/** The bounds and sizes of the unknowns. */
export interface Differences {
  readonly lower?: Float64Array | undefined;
  readonly upper?: Float64Array | undefined;
  /** The size that each unknown has at least. */
  readonly typical: Float64Array;
}

/** The size of an unknown: its magnitude, or 1 if that is nearly zero (1e-16 or less). */
export const sizeBy = (value: number): number => (Math.abs(value) > 1e-16 ? Math.abs(value) : 1);

/** A difference, and whether the values changed or curved by more than rounding. */
interface Difference {
  readonly slope: number;
  readonly isSeen: boolean;
}

/**
 * The gradient by central differences, with steps of eps^(1/3) times the size of an unknown: the error is of order h^2. At a
 * bound, two steps inward give a difference of the same order. If an unknown has no room to move, its derivative is 0. If a
 * step changes nothing, it grows, up to that of an unknown of size 1.
 *
 * @param x changed, and restored
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
      // The step after rounding.
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
