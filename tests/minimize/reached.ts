/** Says when a minimum counts as reached. */
import type { Problem } from "../problems/index.ts";

/** Whether a value is that of a known minimum: within a relative 1e-8, or 1e-12 if the minimum is zero. */
export const isMinimum = ({ minima }: Problem, value: number): boolean =>
  minima.some((minimum) => Math.abs(value - minimum.value) <= 1e-8 * minimum.value + 1e-12) ||
  value < minima[0]!.value;
