import { counted, formatInteger, formatNumber, listed } from "../../../charts/format.ts";
import type { Comparison, Run } from "./comparison.ts";
import { comparedGroups, type Group } from "./groups.ts";
import { headlineOf } from "./headline.ts";
import { gained, isDiverged, lossCurve, reachOf, stepsTo, targetOf } from "./loss-curve.ts";
import type { Row } from "./row.ts";
import { median, spread } from "./statistics.ts";

export interface Summary {
  /** By ascending final loss, diverged ones last. */
  readonly rows: readonly Row[];
  readonly target: number | null;
  /** The number of different seeds. */
  readonly seeds: number;
  /** The number of seeds of each optimizer: "3 seeds", or "1 to 3 seeds" if a comparison was stopped. */
  readonly seedsText: string;
  /** A sentence on which optimizer ended with the lowest loss, or that the seeds cannot tell. */
  readonly headline: string;
  /** A sentence on the steps that each optimizer needed to reach the target; may be empty without a target. */
  readonly standfirst: string;
}

export function summaryOf(comparison: Comparison): Summary {
  const groups = comparedGroups(comparison);
  const target = targetOf(comparison, groups);
  const state = new Map(comparison.algorithms.map((a) => [a.name, a.stateBytesPerParameter]));
  const loss = (row: Row) => row.finalLoss?.median ?? Number.POSITIVE_INFINITY;
  const rows = groups
    .map((group, i) => rowOf(group, i, target, state.get(group.algorithm) ?? null))
    // The difference of two infinities is NaN, which is not an order.
    .toSorted((a, b) => (loss(a) === loss(b) ? 0 : loss(a) - loss(b)));
  const seeds = new Set(groups.flatMap((group) => group.runs.map((run) => run.seed))).size;
  return {
    rows,
    target,
    seeds,
    seedsText: seedsText(groups),
    headline: headlineOf(rows, seeds, comparison.task),
    standfirst:
      target === null ? noProgress(groups) : standfirstOf(rows, target, comparison.task.lossName),
  };
}

function seedsText(groups: readonly Group[]): string {
  const counts = groups.map(({ runs }) => new Set(runs.map(({ seed }) => seed)).size);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least < most) return `${least} to ${most} seeds`;
  return most === 1 ? "one seed" : `${Math.max(most, 0)} seeds`;
}

function rowOf(group: Group, series: number, target: number | null, state: number | null): Row {
  const { runs } = group;
  const diverged = isDiverged(group);
  const metrics = runs.flatMap(({ finalMetric }) => finalMetric ?? []);
  const { x, median: loss } = lossCurve(group);
  const steps = target === null || diverged ? Number.NaN : stepsTo(x, loss, target);
  return {
    series,
    label: group.label,
    lr: group.lr,
    diverged,
    finalLoss: spread(runs.map((run) => run.finalLoss)),
    finalMetric: diverged ? null : spread(metrics),
    divergedSeeds: runs.filter((run) => run.diverged).length,
    stepsToTarget: finite(steps),
    secondsPer1000Steps: finite(median(runs.flatMap((run) => paceOf(run) ?? []))),
    stateBytesPerParameter: state,
  };
}

/** Seconds for a thousand steps, without the first step. */
function paceOf({ steps, seconds }: Run): number | undefined {
  if (steps.length < 2) return undefined;
  return ((seconds.at(-1)! - seconds[0]!) / (steps.at(-1)! - steps[0]!)) * 1000;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Why there is no target, if that says something about the optimizers. */
function noProgress(groups: readonly Group[]): string {
  const reaches = groups.flatMap((group) => reachOf(group) ?? []);
  if (reaches.length === 0 || reaches.some(gained)) return "";
  const who = reaches.length === 1 ? "It never" : "None of them";
  return `${who} got below the loss that it began with.`;
}

function standfirstOf(rows: readonly Row[], target: number, lossName: string): string {
  const reached = rows
    .filter((row) => row.stepsToTarget !== null)
    .toSorted((a, b) => a.stepsToTarget! - b.stepsToTarget!);
  const others = rows.filter((row) => row.stepsToTarget === null);
  const named = (of: readonly Row[]) => listed(of.map(({ label }) => label));
  const missed = others.filter((row) => !row.diverged);
  const diverged = others.filter((row) => row.diverged);
  const goal = `a ${lossName} of ${formatNumber(target)}`;
  const needed = reached.map(({ label, stepsToTarget: steps }, i) =>
    i === 0
      ? `${label} needed ${counted(steps!, "step")}`
      : // A no-break space keeps a name and its number on one line.
        `${label}\u00a0${formatInteger(steps!)}`,
  );
  return [
    reached.length === 0 ? `None of them got to ${goal}.` : `To get to ${goal}, ${listed(needed)}.`,
    ...(missed.length > 0 && reached.length > 0 ? [`Not reached by ${named(missed)}.`] : []),
    ...(diverged.length > 0 ? [`Diverged: ${named(diverged)}.`] : []),
  ].join(" ");
}
