/** Adds the sweep that found a task's learning rates to the report of a comparison at these rates. */
import type { Task } from "gradus/tasks";
import { formatDate } from "../../../charts/format.ts";
import type { SweptRate } from "../../../src/tasks/tuned.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import type { CompareOptions } from "./options.ts";
import { areTunedConditions, seedList } from "./rate-choices.ts";

/** A tried rate as runs: the record has only its final losses. */
function runsOf(optimizer: string, { finalLoss }: SweptRate, steps: number): Run[] {
  return Object.entries(finalLoss).map(([lr, loss]) => ({
    optimizer,
    algorithm: optimizer,
    lr: Number(lr),
    seed: 0,
    ...(loss === null
      ? { steps: [], seconds: [], loss: [] }
      : { steps: [steps], seconds: [0], loss: [loss] }),
    metricSteps: [],
    metric: [],
    finalLoss: loss,
    finalMetric: null,
    diverged: loss === null,
    made: loss === null ? 0 : steps,
    sweep: true,
  }));
}

/** The comparison with the recorded sweep, if the two can be compared: the same steps, batch, settings and data. */
export function withRecordedSweep(
  comparison: Comparison,
  task: Task,
  options: CompareOptions,
): Comparison {
  const { sweep } = task;
  if (sweep === undefined || options.sweep || !areTunedConditions(task, options)) return comparison;
  const compared = new Set(comparison.runs.map(({ optimizer }) => optimizer));
  const swept = Object.entries(sweep.rates).filter(([name]) => compared.has(name));
  if (swept.length === 0) return comparison;
  return {
    ...comparison,
    runs: [...comparison.runs, ...swept.flatMap(([name, rate]) => runsOf(name, rate, sweep.steps))],
    findings: [
      ...comparison.findings,
      `The chart over learning rates is of the sweep that found the tuned ones, of ${seedList(sweep.seeds)}, on ${formatDate(sweep.date)}: ${sweep.command}`,
    ],
  };
}
