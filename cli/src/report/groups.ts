import type { Comparison, Run } from "./comparison.ts";
import { spread } from "./statistics.ts";

/** The runs of one optimizer at one learning rate, one for each seed. */
export interface Group {
  readonly label: string;
  readonly optimizer: string;
  readonly algorithm: string;
  readonly lr: number;
  readonly runs: readonly Run[];
}

/** The learning-rate sweep of one optimizer, by ascending rate. */
export interface Sweep {
  readonly optimizer: string;
  readonly groups: readonly Group[];
}

/**
 * The groups to compare, in the order in which the optimizers first occur. An optimizer with only a sweep is represented by
 * its rate with the lowest final loss.
 */
export function comparedGroups(comparison: Comparison): readonly Group[] {
  return optimizersOf(comparison).flatMap((optimizer) => {
    const runs = comparison.runs.filter((run) => run.optimizer === optimizer);
    const compared = runs.filter((run) => !run.sweep);
    return compared.length > 0 ? byRate(compared) : [{ ...bestOf(byRate(runs)), label: optimizer }];
  });
}

/** The sweeps of the optimizers that were tried at more than one rate. */
export function sweepsOf(comparison: Comparison): readonly Sweep[] {
  return optimizersOf(comparison).flatMap((optimizer) => {
    const runs = comparison.runs.filter((run) => run.optimizer === optimizer);
    const swept = runs.filter((run) => run.sweep);
    const groups = byRate(swept.length > 0 ? swept : runs).toSorted((a, b) => a.lr - b.lr);
    return groups.length > 1 ? [{ optimizer, groups }] : [];
  });
}

function optimizersOf(comparison: Comparison): readonly string[] {
  return [...new Set(comparison.runs.map((run) => run.optimizer))];
}

function byRate(runs: readonly Run[]): readonly Group[] {
  const rates = [...new Set(runs.map((run) => run.lr))];
  return rates.map((lr) => {
    const own = runs.filter((run) => run.lr === lr);
    const { optimizer, algorithm } = own[0]!;
    const label = rates.length === 1 ? optimizer : `${optimizer}, lr ${lr}`;
    return { label, optimizer, algorithm, lr, runs: own };
  });
}

function bestOf(groups: readonly Group[]): Group {
  const loss = (group: Group) =>
    spread(group.runs.map((run) => run.finalLoss))?.median ?? Number.POSITIVE_INFINITY;
  return groups.toSorted((a, b) => loss(a) - loss(b))[0]!;
}
