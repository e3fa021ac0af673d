/** Writes the first sentence of a report: which optimizer ended with the lowest loss, if the seeds can tell. */

import { formatNumber, formatPercent, listed } from "../../../charts/format.ts";
import type { TaskFacts } from "./comparison.ts";
import type { Row } from "./row.ts";

/** A loss as the table and the sentences show it. Losses that look the same there count as equal. */
const lossOf = ({ finalLoss }: Row): string => formatNumber(finalLoss!.median);

/** The highest loss of a row's seeds; infinite if one diverged. */
const highest = ({ finalLoss, divergedSeeds }: Row): number =>
  divergedSeeds > 0 ? Number.POSITIVE_INFINITY : finalLoss!.high;

/** Whether another row may be as good as the best one. */
const ties = (best: Row, other: Row): boolean =>
  lossOf(best) === lossOf(other) || other.finalLoss!.low <= highest(best);

/** The metric as text; empty if it was not evaluated. */
function metricOf({ finalMetric }: Row, { metricFormat }: TaskFacts): string {
  if (finalMetric === null) return "";
  const format = metricFormat === "percent" ? formatPercent : formatNumber;
  return format(finalMetric.median);
}

/** A text such as " (test accuracy 83.6 %)", or empty. */
function besides(rows: readonly Row[], task: TaskFacts, name = `${task.metricName} `): string {
  const metrics = rows.map((row) => metricOf(row, task));
  return metrics.includes("") ? "" : ` (${name}${listed(metrics)})`;
}

function firstOf(tied: readonly Row[], seeds: number, task: TaskFacts): string {
  const names = listed(tied.map(({ label }) => label));
  const losses = [...new Set(tied.map(lossOf))];
  const metric = besides(tied, task);
  const on = seeds === 1 ? "On one seed " : "";
  if (tied.length === 1) {
    return `${on}${names} ended with the lowest ${task.lossName}, ${losses[0]!}${metric}`;
  }
  return losses.length === 1
    ? `${on}${names} tie for the lowest ${task.lossName}, ${losses[0]!}${metric}`
    : `${names} tie for the lowest ${task.lossName}, for their seeds overlap: ${listed(tied.map(lossOf))}${metric}`;
}

/**
 * @param rows by ascending loss, diverged ones last
 * @param seeds the number of seeds
 */
export function headlineOf(rows: readonly Row[], seeds: number, task: TaskFacts): string {
  if (rows.length === 0) return "Nothing was trained.";
  const ended = rows.filter(({ finalLoss }) => finalLoss !== null);
  const diverged = rows.filter((row) => !ended.includes(row)).map(({ label }) => label);
  const [first] = ended;
  if (first === undefined) {
    return rows.length === 1 ? `${diverged[0]!} diverged.` : "Every optimizer diverged.";
  }
  if (rows.length === 1) {
    return `The ${task.lossName} of ${first.label} came to ${lossOf(first)}${besides([first], task)}.`;
  }
  const tied = ended.filter((row) => ties(first, row));
  const next = ended.find((row) => !tied.includes(row));
  const rest =
    next !== undefined
      ? `; next is ${next.label} with ${lossOf(next)}${besides([next], task, "")}`
      : diverged.length > 0
        ? `; ${listed(diverged)} diverged`
        : "";
  const doubt = seeds === 1 ? "; other seeds may give another order" : "";
  return `${firstOf(tied, seeds, task)}${rest}${doubt}.`;
}
