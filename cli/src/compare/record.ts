/** Makes the record of a sweep that tasks store. */
import type { SweptRate, TunedRates } from "../../../src/tasks/tuned.ts";
import { type Check, isDate, isNumbers, isObject, isText, problemOf } from "../fields.ts";
import { type Kind, parsed, writeOwn } from "../own-files.ts";
import type { Comparison } from "../report/comparison.ts";
import { type Group, sweepsOf } from "../report/groups.ts";
import { spread } from "../report/statistics.ts";
import { bestRate } from "./rates.ts";

/** The median final loss over the seeds, null if most diverged. */
const lossOf = ({ runs }: Group): number | null =>
  spread(runs.map(({ finalLoss }) => finalLoss))?.median ?? null;

const rounded = (loss: number | null) => (loss === null ? null : Number(loss.toPrecision(6)));

/** The record of a sweep, without the optimizers that diverged at all rates. */
export function recordOf(comparison: Comparison): TunedRates {
  const { command, date, runs, task } = comparison;
  const rates: Record<string, SweptRate> = {};
  for (const { optimizer, groups } of sweepsOf(comparison)) {
    const tried = groups.map((group) => ({ lr: group.lr, loss: lossOf(group) }));
    const lr = bestRate(tried.map((each) => ({ ...each, loss: each.loss ?? Infinity })));
    if (lr === undefined) continue;
    const finalLoss = Object.fromEntries(tried.map((each) => [each.lr, rounded(each.loss)]));
    rates[optimizer] = { lr, finalLoss };
  }
  const seeds = [...new Set(runs.filter(({ sweep }) => sweep).map(({ seed }) => seed))];
  return { command, date, seeds, steps: task.steps, rates };
}

export const recordKind: Kind = {
  name: "record of `gradus compare --record`",
  isOne: (text) => problemOf(parsed(text), checks) === undefined,
};

const checks: readonly Check[] = [
  ["command", "a text", isText],
  ["date", "a date", isDate],
  ["seeds", "a list of numbers", isNumbers],
  ["steps", "a number", Number.isFinite],
  ["rates", "an object", isObject],
];

/** @throws {CommandError} if another kind of file is there */
export const writeRecord = (path: string, comparison: Comparison): void =>
  writeOwn(path, `${JSON.stringify(recordOf(comparison), null, 2)}\n`, recordKind);
