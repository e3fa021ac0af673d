/** Trains the built-in tasks, and sweeps learning rates. */
import { smoothed } from "../../cli/src/compare/train.ts";
import { optimize, type Rule } from "../../src/index.ts";
import type { Task } from "../../src/tasks/task.ts";

export interface TrainerOptions {
  readonly steps: number;
  readonly batch: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Trained {
  /** The loss of each minibatch; fewer if a gradient was not finite. */
  readonly losses: Float64Array;
  /** The mean over the last tenth of the steps; Infinity if a gradient was not finite. */
  readonly finalLoss: number;
}

/** Trains once. */
export type Trainer = (rule: Rule, seed: number) => Trained;

export async function trainer(task: Task, options: TrainerOptions): Promise<Trainer> {
  const { steps, batch, settings = {} } = options;
  const start = await task.load();
  return (rule, seed) => {
    const training = start({ seed, batch, settings });
    using optimizer = optimize(training.parameters, rule, { nonFinite: "skip" });
    training.attach(optimizer);
    const losses = new Float64Array(steps);
    for (let step = 1; step <= steps; step++) {
      losses[step - 1] = training.gradients(step);
      if (optimizer.step().skipped) {
        return { losses: losses.subarray(0, step), finalLoss: Number.POSITIVE_INFINITY };
      }
    }
    return { losses, finalLoss: smoothed(losses, steps) };
  };
}

/** Learning rates from one power of ten to another, with so many in each decade. */
export function rates(from: number, to: number, toEach = 2): number[] {
  const count = Math.round((to - from) * toEach);
  return Array.from({ length: count + 1 }, (_, i) =>
    Number((10 ** (from + i / toEach)).toPrecision(3)),
  );
}

/** The result of each learning rate. */
export interface Sweep {
  readonly rates: readonly number[];
  /** Infinity if it diverged. */
  readonly losses: readonly number[];
}

/** @param run trains with a learning rate, and returns the final loss */
export function sweepOf(rates: readonly number[], run: (lr: number) => number): Sweep {
  return { rates, losses: rates.map(run) };
}

export function best({ rates, losses }: Sweep): { readonly lr: number; readonly loss: number } {
  const loss = Math.min(...losses);
  return { lr: rates[losses.indexOf(loss)]!, loss };
}

/**
 * How many powers of ten of learning rates around the best one have a loss of at most `limit`. Between two rates, the loss is
 * interpolated linearly in the logarithm of the rate; a rate that diverged ends the range.
 */
export function decadesWithin({ rates, losses }: Sweep, limit: number): number {
  const at = rates.map(Math.log10);
  const center = losses.indexOf(Math.min(...losses));
  const reach = (step: 1 | -1): number => {
    let i = center;
    while (losses[i + step] !== undefined && losses[i + step]! <= limit) i += step;
    const beyond = losses[i + step];
    const part =
      beyond === undefined ? 0 : Math.max(0, (limit - losses[i]!) / (beyond - losses[i]!));
    return at[i]! + (Number.isFinite(part) ? part : 0) * ((at[i + step] ?? at[i]!) - at[i]!);
  };
  return losses[center]! > limit ? 0 : reach(1) - reach(-1);
}
