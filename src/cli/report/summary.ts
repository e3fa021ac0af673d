import type { Comparison } from "./comparison.ts";
import { targetOf } from "./figures.ts";
import { formatInteger, formatNumber } from "./format.ts";
import { comparedGroups, type Group } from "./groups.ts";
import { median, type Spread, spread, stepsToTarget } from "./statistics.ts";

/** A row of the table: one optimizer at one learning rate, over its seeds. */
export interface Row {
  /** Index of the series in the charts. */
  readonly series: number;
  readonly label: string;
  readonly lr: number;
  /** `null` when most seeds diverged. */
  readonly finalLoss: Spread | null;
  readonly finalMetric: Spread | null;
  readonly divergedSeeds: number;
  /** Median over seeds; `null` when most of them never reached the target. */
  readonly stepsToTarget: number | null;
  readonly secondsPer1000Steps: number | null;
  readonly stateBytesPerParameter: number | null;
}

export interface Summary {
  /** By ascending final loss, diverged ones last. */
  readonly rows: readonly Row[];
  readonly target: number | null;
  /** The number of different seeds. */
  readonly seeds: number;
  /** Who reached the lowest loss, in a sentence. */
  readonly headline: string;
  /** How many steps each needed to reach the target, in a sentence; empty without a target. */
  readonly standfirst: string;
}

export function summaryOf(comparison: Comparison): Summary {
  const groups = comparedGroups(comparison);
  const target = targetOf(comparison, groups);
  const state = new Map(comparison.algorithms.map((a) => [a.name, a.stateBytesPerParameter]));
  const loss = (row: Row) => row.finalLoss?.median ?? Number.POSITIVE_INFINITY;
  const rows = groups
    .map((group, i) => rowOf(group, i, target, state.get(group.algorithm) ?? null))
    // Two that diverged compare as NaN, which is no order.
    .toSorted((a, b) => (loss(a) === loss(b) ? 0 : loss(a) - loss(b)));
  return {
    rows,
    target,
    seeds: new Set(groups.flatMap((group) => group.runs.map((run) => run.seed))).size,
    headline: headlineOf(rows, comparison.task.lossName),
    standfirst: target === null ? "" : standfirstOf(rows, target, comparison.task.lossName),
  };
}

function rowOf(group: Group, series: number, target: number | null, state: number | null): Row {
  const { runs } = group;
  const timed = runs.filter((run) => run.steps.length > 0 && run.steps.at(-1)! > 0);
  const pace = median(timed.map((run) => (run.seconds.at(-1)! / run.steps.at(-1)!) * 1000));
  const reached =
    target === null ? Number.NaN : median(runs.map((run) => stepsToTarget(run, target)));
  return {
    series,
    label: group.label,
    lr: group.lr,
    finalLoss: spread(runs.map((run) => run.finalLoss)),
    finalMetric: spread(runs.map((run) => run.finalMetric)),
    divergedSeeds: runs.filter((run) => run.diverged).length,
    stepsToTarget: finite(reached),
    secondsPer1000Steps: finite(pace),
    stateBytesPerParameter: state,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function headlineOf(rows: readonly Row[], lossName: string): string {
  const [first, second] = rows;
  if (first === undefined) return "Nothing was trained.";
  if (first.finalLoss === null) return "Every optimizer diverged.";
  const loss = formatNumber(first.finalLoss.median, 3);
  const best = `The lowest ${lossName}, ${loss}, was reached by ${first.label}`;
  if (second === undefined) return `The ${lossName} of ${first.label} came to ${loss}.`;
  if (second.finalLoss === null) return `${best}; the others diverged.`;
  return `${best}; next is ${second.label} with ${formatNumber(second.finalLoss.median, 3)}.`;
}

function standfirstOf(rows: readonly Row[], target: number, lossName: string): string {
  const reached = rows
    .filter((row) => row.stepsToTarget !== null)
    .toSorted((a, b) => a.stepsToTarget! - b.stepsToTarget!);
  const missed = rows.filter((row) => row.stepsToTarget === null).map((row) => row.label);
  const goal = `a ${lossName} of ${formatNumber(target)}`;
  if (reached.length === 0) return `None of them got to ${goal}.`;
  const [first, ...rest] = reached.map(
    ({ label, stepsToTarget: steps }) => [label, formatInteger(steps!)] as const,
  );
  // A no-break space keeps a name and its number on one line.
  const others = rest.map(([label, steps]) => `${label}\u00a0${steps}`);
  const needed = `To get to ${goal}, ${listed([`${first![0]} needed ${first![1]} steps`, ...others])}.`;
  return missed.length === 0 ? needed : `${needed} Not reached by ${listed(missed)}.`;
}

function listed(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
