/** What a sweep of learning rates found, as `gradus compare TASK --sweep` records it. */
export interface TunedRates {
  /** What to type to get this record again. */
  readonly command: string;
  /** ISO 8601. */
  readonly date: string;
  /** The seeds that each rate was tried with. */
  readonly seeds: readonly number[];
  /** Steps of each run. */
  readonly steps: number;
  /** By the optimizer's name in the registry. */
  readonly rates: Readonly<Record<string, SweptRate>>;
}

/** What a sweep over learning rates has found. */
export interface SweptRate {
  /** The one with the least loss. */
  readonly lr: number;
  /**
   * Learning rate to training loss at the end: the mean over the last tenth of the steps, and of that
   * the median over the seeds; null where most of them diverged.
   */
  readonly finalLoss: Readonly<Record<string, number | null>>;
}

/** The best learning rate of each optimizer. */
export function bestRates({ rates }: TunedRates): Record<string, number> {
  return Object.fromEntries(Object.entries(rates).map(([name, { lr }]) => [name, lr]));
}
