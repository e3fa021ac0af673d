/**
 * The outcome of `gradus compare` as one plain JSON value: `--json` prints it, a run's folder stores it, and the report is
 * made from it. JSON has no infinities, so numbers that are not finite are `null`.
 */
export interface Comparison {
  readonly version: 1;
  readonly title: string;
  readonly task: TaskFacts;
  /** Runtime, platform and processor, for example "Node 20.20, linux x64, 2 × AMD EPYC". */
  readonly machine: string;
  /** ISO 8601. */
  readonly date: string;
  /** The command line that makes this comparison again. */
  readonly command: string;
  /** Wall-clock seconds of the whole comparison. */
  readonly seconds: number;
  /** How the runs' seconds were measured, in sentences. */
  readonly timing: string;
  /** How the learning rates were chosen, and on which seeds, in sentences. */
  readonly learningRates: string;
  /**
   * The training loss at which the report compares the numbers of steps. `null` leaves the choice to the report: the lowest
   * loss that the median curves of all optimizers reached.
   */
  readonly lossTarget: number | null;
  readonly runs: readonly Run[];
  readonly algorithms: readonly AlgorithmFacts[];
  /** Plain sentences, for example whether the order in a paper's figure holds. */
  readonly findings: readonly string[];
}

export interface TaskFacts {
  readonly name: string;
  /** One sentence: the model and the data. */
  readonly summary: string;
  readonly parameters: number;
  readonly steps: number;
  readonly batch: number;
  /** The type of the parameters, if it is not the task's own: "bfloat16, rounded to the nearest". */
  readonly kept?: string | undefined;
  /** For example "training loss". */
  readonly lossName: string;
  /** How the loss was smoothed, for example "mean of the last 20 batches"; empty if it was not. */
  readonly lossSmoothing: string;
  /** For example "test accuracy". */
  readonly metricName: string;
  /** "percent" shows 0.913 as 91.3 %. */
  readonly metricFormat: "percent" | "number";
}

/**
 * One training run: one optimizer, one learning rate, one seed. Its arrays have the same length if they describe the same steps.
 */
export interface Run {
  /** The label in legends and tables; all runs of one optimizer have the same. */
  readonly optimizer: string;
  /** The algorithm's name in the registry, as in {@link AlgorithmFacts.name}. */
  readonly algorithm: string;
  readonly lr: number;
  readonly seed: number;
  /** The steps at which the loss was recorded, ascending. */
  readonly steps: readonly number[];
  /** Seconds of training from the end of the first step to that of each of `steps`, without evaluation. */
  readonly seconds: readonly number[];
  /** Smoothed training loss at each of `steps`. The last one of a diverged run is the last finite one. */
  readonly loss: readonly number[];
  /** The steps at which the metric was evaluated, ascending. */
  readonly metricSteps: readonly number[];
  readonly metric: readonly number[];
  /** `null` if the run diverged. */
  readonly finalLoss: number | null;
  /** `null` if the run diverged, or was not evaluated. */
  readonly finalMetric: number | null;
  readonly diverged: boolean;
  /** The number of steps made; for a diverged run, those before the first that was not finite. */
  readonly made: number;
  /**
   * For 16-bit parameters that round to the nearest: the share of the weights with a gradient that a step moved, at the steps
   * where the loss was recorded.
   */
  readonly moved?: readonly number[];
  /** Whether this is a run of the learning-rate sweep: only its final loss is plotted. */
  readonly sweep: boolean;
}

export interface AlgorithmFacts {
  /** The name in the registry. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** LaTeX. */
  readonly formula: string;
  /** The citation; an address in it becomes a link. */
  readonly paper: string;
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly stateBytesPerParameter: number;
  /** Bytes read and written for each parameter in a step. */
  readonly bytesPerParameter: number;
  /** Passes over memory in a step. */
  readonly passes: number;
}
