/**
 * The outcome of `gradus compare` as one plain JSON value: what `--json` prints, what a run's folder stores and what
 * the report is made from. JSON has no infinities, so whatever is not finite is `null` here.
 */
export interface Comparison {
  readonly version: 1;
  readonly title: string;
  readonly task: TaskFacts;
  /** Runtime, platform and processor, for example "Node 20.20, linux x64, 2 × AMD EPYC". */
  readonly machine: string;
  /** ISO 8601. */
  readonly date: string;
  /** What to type to get this comparison again. */
  readonly command: string;
  /** Wall-clock seconds of the whole comparison. */
  readonly seconds: number;
  /** How the runs' seconds were measured, in sentences. */
  readonly timing: string;
  /** Whose word the learning rates are, and which seeds they were chosen on, in sentences. */
  readonly learningRates: string;
  /**
   * The training loss for which the report states how many steps each optimizer needed; `null` leaves the choice to
   * the report (the lowest loss that the median curves of all of them reached).
   */
  readonly lossTarget: number | null;
  readonly runs: readonly Run[];
  readonly algorithms: readonly AlgorithmFacts[];
  /** Plain sentences, for example whether the order of a paper's figure holds. */
  readonly findings: readonly string[];
}

export interface TaskFacts {
  readonly name: string;
  /** One sentence: the model and the data. */
  readonly summary: string;
  readonly parameters: number;
  readonly steps: number;
  readonly batch: number;
  /** How the parameters were kept, where not as the task makes them: "bfloat16, rounded to the nearest". */
  readonly kept?: string | undefined;
  /** For example "training loss". */
  readonly lossName: string;
  /** How the loss was smoothed, for example "mean of the last 20 batches"; empty when it was not. */
  readonly lossSmoothing: string;
  /** For example "test accuracy". */
  readonly metricName: string;
  /** "percent" shows 0.913 as 91.3 %. */
  readonly metricFormat: "percent" | "number";
}

/** One training run: one optimizer, one learning rate, one seed. Arrays that belong together are of one length. */
export interface Run {
  /** The label in legends and tables; runs of one optimizer share it. */
  readonly optimizer: string;
  /** The algorithm's name in the registry, as in {@link AlgorithmFacts.name}. */
  readonly algorithm: string;
  readonly lr: number;
  readonly seed: number;
  /** Where the loss was recorded, ascending. */
  readonly steps: readonly number[];
  /** Seconds of training from the end of the first step to that of each of `steps`, without evaluation. */
  readonly seconds: readonly number[];
  /** Smoothed training loss at each of `steps`. A diverged run ends with the last one before it diverged. */
  readonly loss: readonly number[];
  /** Where the metric was evaluated, ascending. */
  readonly metricSteps: readonly number[];
  readonly metric: readonly number[];
  /** `null` when the run diverged. */
  readonly finalLoss: number | null;
  /** `null` when the run diverged, or was not evaluated. */
  readonly finalMetric: number | null;
  readonly diverged: boolean;
  /** Steps made; of a diverged run those before the one that was not finite. */
  readonly made: number;
  /**
   * Of parameters in 16 bits that are rounded to the nearest: which share of those with a gradient a step moved. At the steps
   * whose loss was recorded.
   */
  readonly moved?: readonly number[];
  /** A run of the learning-rate sweep: only its final loss is plotted. */
  readonly sweep: boolean;
}

export interface AlgorithmFacts {
  /** The registry's name. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** LaTeX. */
  readonly formula: string;
  /** Citation; an address in it becomes a link. */
  readonly paper: string;
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly stateBytesPerParameter: number;
  /** Bytes read and written for each parameter in a step. */
  readonly bytesPerParameter: number;
  /** Passes over memory in a step. */
  readonly passes: number;
}
