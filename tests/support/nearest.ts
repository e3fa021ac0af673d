/** A second implementation of rounding to 16 bits, in float64. */
import { bfloat16, float16 } from "../../src/index.ts";

/** The significant bits, and the exponents of the largest and of the smallest normal number. */
export const formats = [
  [bfloat16, { bits: 8, most: 127, least: -126 }],
  [float16, { bits: 11, most: 15, least: -14 }],
] as const;
export type Format = (typeof formats)[number][1];

/** The nearest number of a format, ties to even, in float64. */
export function nearest(value: number, { bits, most, least }: Format): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const magnitude = Math.abs(value);
  // The logarithm may be rounded.
  const near = Math.floor(Math.log2(magnitude));
  const exact = near + Number(2 ** (near + 1) <= magnitude) - Number(2 ** near > magnitude);
  const exponent = Math.max(least, exact);
  const place = 2 ** (exponent - bits + 1);
  const [down, rest] = [Math.floor(magnitude / place), (magnitude / place) % 1];
  const up = rest > 0.5 || (rest === 0.5 && down % 2 === 1);
  const rounded = (down + Number(up)) * place;
  const largest = (2 - 2 ** (1 - bits)) * 2 ** most;
  return Math.sign(value) * (rounded > largest ? Number.POSITIVE_INFINITY : rounded);
}
