import type { Optimizer } from "../../index.ts";
import type { Training } from "../../tasks/task.ts";
import type { Run } from "../report/comparison.ts";

/** Points of a loss curve, and evaluations of the metric, over a whole run. */
const LOSS_POINTS = 100;
const METRIC_POINTS = 20;
/** The loss is smoothed over this share of the steps so far, so that a curve's start stays sharp. */
const WINDOW_SHARE = 10;

/** How losses are smoothed, for the report. */
export const LOSS_SMOOTHING = "mean over the last tenth of the minibatches so far";

/** What is recorded of a run while it trains. */
export type Curves = Pick<
  Run,
  "steps" | "seconds" | "loss" | "metricSteps" | "metric" | "finalLoss" | "finalMetric" | "diverged"
>;

/** The mean of the last tenth of `losses[0 ... step - 1]`, of one at least. */
export function smoothed(losses: Float64Array, step: number): number {
  const window = Math.ceil(step / WINDOW_SHARE);
  let sum = 0;
  for (let i = step - window; i < step; i++) sum += losses[i]!;
  return sum / window;
}

/** Whether a step is one of about `points` that are evenly spread, the last among them. */
const isDue = (step: number, steps: number, points: number) =>
  step === steps || step % Math.max(1, Math.round(steps / points)) === 0;

/**
 * Trains once.
 *
 * @param optimizer with `nonFinite: "skip"`
 * @param onProgress called after each recorded step with its number and the smoothed loss
 * @returns the curves; a run whose loss or gradients stop being finite ends there as diverged
 */
export function train(
  training: Training,
  optimizer: Optimizer,
  steps: number,
  onProgress: (step: number, loss: number) => void,
): Curves {
  const losses = new Float64Array(steps);
  const curves = {
    ...{ steps: [] as number[], seconds: [] as number[], loss: [] as number[] },
    ...{ metricSteps: [] as number[], metric: [] as number[] },
  };
  let seconds = 0;
  for (let step = 1; step <= steps; step++) {
    const start = performance.now();
    const loss = training.gradients(step);
    const finite = Number.isFinite(loss) && !optimizer.step().skipped;
    seconds += (performance.now() - start) / 1000;
    if (!finite) return { ...curves, finalLoss: null, finalMetric: null, diverged: true };
    losses[step - 1] = loss;
    if (step === 1 || isDue(step, steps, LOSS_POINTS)) {
      curves.steps.push(step);
      curves.seconds.push(seconds);
      curves.loss.push(smoothed(losses, step));
      onProgress(step, curves.loss.at(-1)!);
    }
    if (isDue(step, steps, METRIC_POINTS)) evaluate(training, step, curves);
  }
  const evaluated = curves.metricSteps.at(-1) === steps;
  return {
    ...curves,
    finalLoss: curves.loss.at(-1)!,
    finalMetric: evaluated ? curves.metric.at(-1)! : null,
    diverged: false,
  };
}

/** A metric that is not finite has no place in the curve. */
function evaluate(
  training: Training,
  step: number,
  curves: { readonly metricSteps: number[]; readonly metric: number[] },
): void {
  const metric = training.evaluate();
  if (!Number.isFinite(metric)) return;
  curves.metricSteps.push(step);
  curves.metric.push(metric);
}
