import { blend, remaining } from "./blend.ts";
import { describe } from "./describe.ts";
import { increasingCounts, oneOf, readOptions, requireBoundaries, someNumbers } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link piecewise}. */
export interface PiecewiseOptions {
  /** The values in order, at least one. */
  readonly values: readonly number[];
  /**
   * Numbers of completed updates at which the next value is reached: whole numbers, 1 or more, each
   * above the one before, one fewer than the values.
   */
  readonly boundaries: readonly number[];
  /**
   * How it goes from one value to the next: "none" jumps at the boundary, "linear" takes a straight
   * line from the boundary before, "cosine" half a period of the cosine. Default "none".
   */
  readonly interpolate?: "none" | "linear" | "cosine";
}

/**
 * From value to value at the steps you say, by jumps, lines or cosines.
 *
 * With `k` updates before this one, the value is `values[0]` at `k = 0`, `values[i]` at
 * `k = boundaries[i - 1]`, and the last from the last boundary on. In between it stays at the value
 * before, or goes to the next as `interpolate` says.
 *
 * Source: `optax.piecewise_constant_schedule` and `optax.piecewise_interpolate_schedule`, which take
 * factors where this takes values: `{ 10: 0.5, 20: 0.1 }` from 1 on are the values 1, 0.5 and 0.05.
 * `optax.linear_onecycle_schedule` and `optax.cosine_onecycle_schedule` are made of the latter. Keras'
 * `PiecewiseConstantDecay` jumps one update later, after the boundary.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range, or if the
 * boundaries are not one fewer than the values.
 * @example
 * ```ts
 * const lr = piecewise({ values: [0.1, 0.5, 0.3], boundaries: [4, 8], interpolate: "linear" });
 * lr(1); // 0.1
 * lr(3); // 0.3
 * lr(5); // 0.5
 * lr(7); // 0.4
 * lr(9); // 0.3
 * ```
 */
export function piecewise(options: PiecewiseOptions): Schedule {
  const read = readOptions("piecewise", options, {
    values: { is: someNumbers },
    boundaries: { is: increasingCounts },
    interpolate: { is: oneOf(["none", "linear", "cosine"]), default: "none" },
  });
  const { values, boundaries, interpolate } = read;
  requireBoundaries("piecewise", "values", values.length, boundaries);
  const left = interpolate === "none" ? () => 1 : remaining[interpolate];
  return describe("piecewise", read, (step) => {
    const k = updatesBefore(step);
    const next = boundaries.findIndex((boundary) => k < boundary);
    if (next < 0) return values.at(-1)!;
    const start = next === 0 ? 0 : boundaries[next - 1]!;
    const share = (k - start) / (boundaries[next]! - start);
    return blend(values[next]!, values[next + 1]!, left(share));
  });
}
