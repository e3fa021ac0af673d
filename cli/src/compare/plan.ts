/** Plans the runs of a comparison. */
import { optimizers } from "gradus";
import type { Task } from "gradus/tasks";
import { spread } from "../report/statistics.ts";
import { optimizerOf, type RuleSpecification } from "../specification.ts";
import type { Job, Outcome } from "./job.ts";
import type { CompareOptions } from "./options.ts";
import { bestRate, gridAround, type Tried, widened } from "./rates.ts";

/** A rule's learning rate and how it was chosen. */
export interface Rate {
  readonly rule: RuleSpecification;
  readonly lr: number;
  readonly origin: "given" | "tuned" | "default";
}

/** The given rate, or else the rule's own, the task's tuned one, or the optimizer's default. */
export function rateOf(rule: RuleSpecification, task: Task, rates: CompareOptions["rates"]): Rate {
  const { name, options: own } = optimizerOf(rule);
  const given = rates.get(rule) ?? own["lr"];
  if (typeof given === "number") return { rule, lr: given, origin: "given" };
  const tuned = task.tuned[name];
  if (tuned !== undefined) return { rule, lr: tuned, origin: "tuned" };
  const { lr } = optimizers[name as keyof typeof optimizers].definition.hyper;
  return { rule, lr, origin: "default" };
}

/** A rule with a learning rate, however it was chosen. */
export type Rated = Pick<Rate, "rule" | "lr">;

/** All optimizers for the first seed, then for the next, so that a comparison that is stopped early has all optimizers. */
export function jobsOf(rates: readonly Rated[], seeds: readonly number[], sweep = false): Job[] {
  return seeds.flatMap((seed) => rates.map(({ rule, lr }) => ({ rule, lr, seed, sweep })));
}

/** The first jobs of a sweep: a grid around each rule's rate. */
export function sweepJobs(rates: readonly Rate[], seeds: readonly number[]): Job[] {
  const grid = rates.flatMap(({ rule, lr }) => gridAround(lr).map((each) => ({ rule, lr: each })));
  return jobsOf(grid, seeds, true);
}

/** The jobs that widen a sweep: beyond the edge of the grid, if the best rate lies there. */
export function wideningJobs(
  rates: readonly Rate[],
  outcomes: readonly Outcome[],
  seeds: readonly number[],
): Job[] {
  const wider = rates.flatMap(({ rule, lr: center }) => {
    const own = outcomes.filter(({ job }) => job.rule === rule);
    const lr = widened(triedRates(own), center);
    return lr === undefined ? [] : [{ rule, lr }];
  });
  return jobsOf(wider, seeds, true);
}

/** The rates that a sweep chose; for a rule that diverged at all rates, the lowest. */
export function chosenRates(rates: readonly Rate[], outcomes: readonly Outcome[]): Rated[] {
  return rates.map(({ rule }) => {
    const tried = triedRates(outcomes.filter(({ job }) => job.rule === rule));
    return { rule, lr: bestRate(tried) ?? Math.min(...tried.map(({ lr }) => lr)) };
  });
}

function triedRates(outcomes: readonly Outcome[]): Tried[] {
  return [...new Set(outcomes.map(({ job }) => job.lr))].map((lr) => {
    const losses = outcomes
      .filter(({ job }) => job.lr === lr)
      .map(({ curves }) => curves.finalLoss);
    return { lr, loss: spread(losses)?.median ?? Number.POSITIVE_INFINITY };
  });
}
