/** Minima of polynomials through two points of a line: the lengths that line searches try next. */

/** A length, the value there, and the slope. */
export interface Sample {
  readonly length: number;
  readonly value: number;
  readonly slope: number;
}

/**
 * The minimum of the cubic with these values and slopes; NaN if it has none.
 * Moré and Thuente, 1994, section 4; Nocedal and Wright, 2006, equation 3.59.
 */
export function cubicMinimum(a: Sample, b: Sample): number {
  const width = b.length - a.length;
  const theta = (3 * (a.value - b.value)) / width + a.slope + b.slope;
  const size = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  const square = (theta / size) ** 2 - (a.slope / size) * (b.slope / size);
  if (square < 0) {
    return Number.NaN;
  }
  const gamma = Math.sign(width) * size * Math.sqrt(square);
  const part = (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope);
  return a.length + part * width;
}

/** The minimum of the parabola with `a`'s value and slope, and `b`'s value. */
export function quadraticMinimum(a: Sample, b: Sample): number {
  const width = b.length - a.length;
  return a.length + (a.slope / ((a.value - b.value) / width + a.slope) / 2) * width;
}

/** The length at which the line through both slopes is zero. */
export const secantMinimum = (a: Sample, b: Sample): number =>
  b.length + (b.slope / (b.slope - a.slope)) * (a.length - b.length);
