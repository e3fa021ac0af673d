/** The loss of an optimizer as the charts show it. What the report says of losses and steps is read from this. */

import type { Band } from "../../../charts/figure.ts";
import type { Comparison } from "./comparison.ts";
import type { Group } from "./groups.ts";
import { bandOf, roundUp, spread, thin } from "./statistics.ts";

/** More points than this are not seen in a chart, and make the page heavy. */
const MOST_POINTS = 300;
/** A target has two digits, more only where fewer would put it where training begins. */
const TARGET_DIGITS = [2, 3, 4];

/** Five digits, a tenth of what a pixel shows. */
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

/** Whether half of the seeds or more did not come to an end: then there is no median. */
export function isDiverged({ runs }: Group): boolean {
  return spread(runs.map(({ finalLoss }) => finalLoss)) === null;
}

/** The lowest loss of a curve, and the one that it began with: the first step's, before any update. */
export interface Reach {
  readonly start: number;
  readonly lowest: number;
}

/** `undefined` where there is nothing to compare: a single point, or an optimizer that diverged. */
export function reachOf(group: Group): Reach | undefined {
  const { median } = lossCurve(group);
  if (median.length < 2 || isDiverged(group)) return undefined;
  return { start: median[0]!, lowest: Math.min(...median) };
}

/**
 * The loss as it is said: rounded up to some digits, so that who reached it reached what is said as well.
 * `undefined` where that is not below where these curves begin: there is no way to have made then.
 */
export function sayable(
  loss: number,
  reaches: readonly Reach[],
  digits: readonly number[],
): number | undefined {
  const limit = Math.min(...reaches.map(({ start }) => start));
  return digits.map((count) => roundUp(loss, count)).find((rounded) => rounded < limit);
}

/** Whether a curve got below the loss that it began with. */
export function gained(reach: Reach): boolean {
  return sayable(reach.lowest, [reach], [4]) !== undefined;
}

/**
 * A loss that optimizers can be compared at: the lowest that the curves of all of them reached, rounded
 * up. One that made less than a quarter of the best one's way (of the logarithm, where losses are
 * positive) is left aside, or it would put the target where everyone begins.
 *
 * @returns `null` where fewer than two can be compared, or none got below where it began
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

/** The loss at which the comparison states the steps: the given one, or the lowest that all reached. */
export function targetOf(comparison: Comparison, groups: readonly Group[]): number | null {
  return comparison.lossTarget ?? commonTarget(groups.flatMap((group) => reachOf(group) ?? []));
}

/** The first step at which the values of a curve are at most `target`; infinity when they never are. */
export function stepsTo(x: readonly number[], values: readonly number[], target: number): number {
  const at = values.findIndex((value) => value <= target);
  return at === -1 ? Number.POSITIVE_INFINITY : x[at]!;
}
