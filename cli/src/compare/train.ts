/** Makes training runs, and records their curves. */
import type { Optimizer } from "gradus";
import type { Steps } from "gradus/tasks";
import type { Run } from "../report/comparison.ts";
import type { Movement } from "./movement.ts";

/** How many points of the loss curve, and how many evaluations of the metric, a run has. */
const LOSS_POINTS = 100;
const METRIC_POINTS = 20;
/** The loss is smoothed over this fraction of the steps so far (1/10), so that the start of a curve stays sharp. */
const WINDOW_SHARE = 10;

/** How losses are smoothed, for the report. */
export const LOSS_SMOOTHING = "mean over the last tenth of the minibatches so far";

/** What is recorded while a run trains. */
export type Curves = Pick<
  Run,
  | "steps"
  | "seconds"
  | "loss"
  | "metricSteps"
  | "metric"
  | "finalLoss"
  | "finalMetric"
  | "diverged"
  | "made"
  | "moved"
>;

/** How many losses are smoothed: a tenth of those so far, at least one. */
export const windowAt = (step: number): number => Math.ceil(step / WINDOW_SHARE);

/** The mean of the last tenth of `losses[0 ... step - 1]`, at least of one. */
export const smoothed = (losses: Float64Array, step: number): number =>
  meanOf(losses.subarray(step - windowAt(step), step));

function meanOf(losses: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < losses.length; i++) sum += losses[i]!;
  return sum / losses.length;
}

/** Whether a step is one of about `points` evenly spread steps, which include the last. */
const isDue = (step: number, steps: number, points: number) =>
  step === steps || step % Math.max(1, Math.round(steps / points)) === 0;

type Points = Record<
  "steps" | "seconds" | "loss" | "metricSteps" | "metric" | "moved",
  readonly number[]
>;

/** What a run has recorded so far: plain data, from which a stopped run resumes without a difference. */
export interface Recorded extends Omit<Points, "moved">, Pick<Run, "moved"> {
  /** The number of steps made. */
  readonly step: number;
  /** The time of the steps in seconds, without the first. */
  readonly elapsed: number;
  /** The losses that smoothing still needs: those of the last tenth of the steps. */
  readonly recent: readonly number[];
}

/** A training run that is made step by step. If its loss or its gradients are not finite, it ends there as diverged. */
export class TrainingRun {
  readonly #training: Steps;
  readonly #optimizer: Optimizer;
  readonly #steps: number;
  readonly #movement: Movement | undefined;
  /** The losses that are smoothed, and some before them. Memory depends on the steps made, not on those planned. */
  #losses: number[];
  readonly #points: Record<keyof Points, number[]>;
  #step: number;
  #elapsed: number;
  #diverged = false;

  /**
   * @param optimizer with `nonFinite: "skip"`
   * @param from what an equal run had recorded at the optimizer's present step
   * @param movement looks at the steps at which the loss is recorded
   */
  constructor(
    training: Steps,
    optimizer: Optimizer,
    steps: number,
    from?: Recorded,
    movement?: Movement,
  ) {
    this.#training = training;
    this.#optimizer = optimizer;
    this.#steps = steps;
    this.#movement = movement;
    this.#losses = [...(from?.recent ?? [])];
    this.#step = from?.step ?? 0;
    this.#elapsed = from?.elapsed ?? 0;
    this.#points = {
      ...{ steps: [...(from?.steps ?? [])], seconds: [...(from?.seconds ?? [])] },
      loss: [...(from?.loss ?? [])],
      ...{ metricSteps: [...(from?.metricSteps ?? [])], metric: [...(from?.metric ?? [])] },
      moved: [...(from?.moved ?? [])],
    };
  }

  /** The number of steps made. */
  get step(): number {
    return this.#step;
  }

  /** Whether there are no more steps to make. */
  get ended(): boolean {
    return this.#diverged || this.#step === this.#steps;
  }

  /** Makes a step. @returns the smoothed loss, if it was recorded */
  advance(): number | undefined {
    const step = this.#step + 1;
    const recorded = step === 1 || isDue(step, this.#steps, LOSS_POINTS);
    if (recorded) this.#movement?.begin();
    const start = performance.now();
    const loss = this.#training.gradients(step);
    const report = Number.isFinite(loss) ? this.#optimizer.step() : undefined;
    // The time of the first step is not counted, because it also sets up what computes gradients. Its loss is that of the
    // untrained
    // weights.
    if (step > 1) this.#elapsed += (performance.now() - start) / 1000;
    if (report === undefined || report.skipped) {
      this.#diverged = true;
      return undefined;
    }
    this.#step = step;
    this.#losses.push(loss);
    if (this.#losses.length > 100 + 2 * windowAt(step)) this.#losses = this.#recent();
    if (recorded) {
      this.#points.steps.push(step);
      this.#points.seconds.push(this.#elapsed);
      this.#points.loss.push(meanOf(this.#recent()));
      // A learning rate of 0 moves nothing.
      const moved = report.lr === 0 ? undefined : this.#movement?.share();
      if (moved !== undefined) this.#points.moved.push(moved);
    }
    if (isDue(step, this.#steps, METRIC_POINTS)) this.#evaluate();
    return recorded ? this.#points.loss.at(-1) : undefined;
  }

  recorded(): Recorded {
    const points = this.#recordedPoints();
    return { ...points, step: this.#step, elapsed: this.#elapsed, recent: this.#recent() };
  }

  /** The recorded points. Most runs do not record whether weights move. */
  #recordedPoints(): Omit<Points, "moved"> & Pick<Run, "moved"> {
    const { moved, ...points } = this.#points;
    return this.#movement ? { ...points, moved } : points;
  }

  #recent(): number[] {
    return this.#step === 0 ? [] : this.#losses.slice(-windowAt(this.#step));
  }

  /** The curves of a finished run. */
  curves(): Curves {
    const made = this.#step;
    const points = this.#recordedPoints();
    if (this.#diverged) {
      return { ...points, finalLoss: null, finalMetric: null, diverged: true, made };
    }
    const { loss, metricSteps, metric } = this.#points;
    const evaluated = metricSteps.at(-1) === this.#steps;
    const ends = { finalLoss: loss.at(-1)!, finalMetric: evaluated ? metric.at(-1)! : null };
    return { ...points, ...ends, diverged: false, made };
  }

  /** Evaluates the metric. A value that is not finite is left out of the curve. */
  #evaluate(): void {
    const metric = this.#training.evaluate();
    if (!Number.isFinite(metric)) return;
    this.#points.metricSteps.push(this.#step);
    this.#points.metric.push(metric);
  }
}

/**
 * Trains once, from the first step to the last.
 *
 * @param onProgress called after each recorded step with its number and the smoothed loss
 */
export function train(
  training: Steps,
  optimizer: Optimizer,
  steps: number,
  onProgress: (step: number, loss: number) => void,
): Curves {
  const run = new TrainingRun(training, optimizer, steps);
  while (!run.ended) {
    const loss = run.advance();
    if (loss !== undefined) onProgress(run.step, loss);
  }
  return run.curves();
}

/** How many steps a thread makes before it measures a run, or for how long. */
export const WARM_UP = { steps: 50, seconds: 1 };

/**
 * Makes steps that are not measured. The first steps of an optimizer in a thread take longer, because kernels and the code
 * around them are compiled. Without a warm-up, times would depend on the order of the runs.
 */
export class WarmUp {
  readonly #done = new Set<string>();

  /** @param make sets up a run, which is dropped afterwards */
  for(
    label: string,
    steps: number,
    make: () => { readonly training: Steps; readonly optimizer: Optimizer },
  ): void {
    if (this.#done.has(label)) return;
    this.#done.add(label);
    const { training, optimizer } = make();
    try {
      const run = new TrainingRun(training, optimizer, steps);
      const end = performance.now() + 1000 * WARM_UP.seconds;
      while (!run.ended && run.step < WARM_UP.steps && performance.now() < end) run.advance();
    } finally {
      optimizer.dispose();
    }
  }
}
