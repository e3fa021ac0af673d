/** When a minimum counts as reached. */
import type { Problem } from "../problems/index.ts";

/** Whether a value is that of a known minimum: to 1e-8 of it, and to 1e-12 where it is zero. */
export const isMinimum = ({ minima }: Problem, value: number): boolean =>
  minima.some((minimum) => Math.abs(value - minimum.value) <= 1e-8 * minimum.value + 1e-12) ||
  value < minima[0]!.value;
