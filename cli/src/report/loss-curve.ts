/**
 * Computes the loss curve of an optimizer as the charts show it. The report's sentences on losses and steps use the same curve.
 */

import type { Band } from "../../../charts/figure.ts";
import type { Comparison } from "./comparison.ts";
import type { Group } from "./groups.ts";
import { bandOf, roundUp, spread, thin } from "./statistics.ts";

/** More points than this cannot be seen in a chart, and would make the page large. */
const MOST_POINTS = 300;
/** A target has two digits, or more if it would otherwise equal the loss at the start. */
const TARGET_DIGITS = [2, 3, 4];

/** Rounds to five digits, which is a tenth of a pixel. */
export function round(value: number): number {
  return Number(value.toPrecision(5));
}

/** A band as it is drawn. */
export function drawn(band: Band): Band {
  const { x, median, low, high } = thin(band, MOST_POINTS);
  return {
    x: x.map((value) => (Number.isInteger(value) ? value : round(value))),
    median: median.map(round),
    low: low.map(round),
    high: high.map(round),
  };
}

/** The median loss over the seeds, and their range. */
export function lossCurve({ runs }: Group, x: "steps" | "seconds" = "steps"): Band {
  return drawn(
    bandOf(
      runs.map((run) => ({ steps: run.steps, x: run[x], y: run.loss, diverged: run.diverged })),
    ),
  );
}

/** Whether half of the seeds or more diverged: then there is no median. */
export function isDiverged({ runs }: Group): boolean {
  return spread(runs.map(({ finalLoss }) => finalLoss)) === null;
}

/** The lowest loss of a curve, and its first one, before any update. */
export interface Reach {
  readonly start: number;
  readonly lowest: number;
}

/** `undefined` if there is nothing to compare: only one point, or the optimizer diverged. */
export function reachOf(group: Group): Reach | undefined {
  const { median } = lossCurve(group);
  if (median.length < 2 || isDiverged(group)) return undefined;
  return { start: median[0]!, lowest: Math.min(...median) };
}

/**
 * The loss rounded up to some digits for a sentence: a curve that reached the loss has also reached the rounded one.
 * `undefined` if that is not below the start of these curves.
 */
export function sayable(
  loss: number,
  reaches: readonly Reach[],
  digits: readonly number[],
): number | undefined {
  const limit = Math.min(...reaches.map(({ start }) => start));
  return digits.map((count) => roundUp(loss, count)).find((rounded) => rounded < limit);
}

/** Whether a curve got below its first loss. */
export function gained(reach: Reach): boolean {
  return sayable(reach.lowest, [reach], [4]) !== undefined;
}

/**
 * A loss at which optimizers can be compared: the lowest that all of their curves reached, rounded up. An optimizer that
 * made less than a quarter of the best one's progress (in the logarithm, if losses are positive) is ignored: otherwise the
 * target would lie at the start.
 *
 * @returns `null` if fewer than two can be compared, or none made progress
 */
export function commonTarget(reaches: readonly Reach[]): number | null {
  if (reaches.length < 2) return null;
  const positive = reaches.every(({ start, lowest }) => start > 0 && lowest > 0);
  const way = ({ start, lowest }: Reach) => (positive ? Math.log(start / lowest) : start - lowest);
  const longest = Math.max(...reaches.map(way));
  const trained = reaches.filter((reach) => way(reach) >= longest / 4);
  const loss = Math.max(...trained.map(({ lowest }) => lowest));
  return sayable(loss, reaches, TARGET_DIGITS) ?? null;
}

/** The loss at which the comparison counts steps: the given one, or the lowest that all reached. */
export function targetOf(comparison: Comparison, groups: readonly Group[]): number | null {
  return comparison.lossTarget ?? commonTarget(groups.flatMap((group) => reachOf(group) ?? []));
}

/** The first step at which a curve is at most `target`; infinite if it never is. */
export function stepsTo(x: readonly number[], values: readonly number[], target: number): number {
  const at = values.findIndex((value) => value <= target);
  return at === -1 ? Number.POSITIVE_INFINITY : x[at]!;
}
