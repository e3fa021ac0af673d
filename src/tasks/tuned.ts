import { readFileSync } from "node:fs";

/** What a sweep of learning rates found, as `gradus compare TASK --sweep` records it. */
export interface TunedRates {
  /** What to type to get this record again. */
  readonly command: string;
  /** ISO 8601. */
  readonly date: string;
  readonly seeds: readonly number[];
  /** Steps of each run. */
  readonly steps: number;
  /** By the optimizer's name in the registry. */
  readonly rates: Readonly<Record<string, SweptRate>>;
}

export interface SweptRate {
  /** The one with the least loss. */
  readonly lr: number;
  /**
   * Learning rate to training loss at the end, smoothed and averaged over the seeds; null where a
   * run diverged.
   */
  readonly finalLoss: Readonly<Record<string, number | null>>;
}

/** The record of a built-in task. It lies beside this module, in `tuned/`. */
export function readTunedRates(task: string): TunedRates {
  return JSON.parse(readFileSync(new URL(`./tuned/${task}.json`, import.meta.url), "utf8"));
}

/** The learning rates of a built-in task by the optimizer's name. */
export function tunedRates(task: string): Record<string, number> {
  const { rates } = readTunedRates(task);
  return Object.fromEntries(Object.entries(rates).map(([name, { lr }]) => [name, lr]));
}
