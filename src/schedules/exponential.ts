import { describe } from "./describe.ts";
import { finite, flag, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link exponential}. */
export interface ExponentialOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Factor over `steps` updates. Above 0. */
  readonly gamma: number;
  /** Updates over which the value is multiplied by `gamma` once. Above 0; default 1. */
  readonly steps?: number;
  /**
   * Whether to multiply only when another `steps` updates are done, not smoothly in between.
   * Default false.
   */
  readonly staircase?: boolean;
}

/**
 * Exponential decay: `initial * gamma^(k / steps)`, where `k` updates came before this one; with
 * `staircase`, the exponent is rounded down.
 *
 * A `gamma` above 1 grows instead, as in a search for the largest usable learning rate, and
 * overflows to infinity in the end.
 *
 * Source: `torch.optim.lr_scheduler.ExponentialLR` (with `steps` 1) and `optax.exponential_decay`,
 * whose `decay_rate` is `gamma` and `transition_steps` is `steps`; its `transition_begin` is {@link
 * join} here.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = exponential({ initial: 0.1, gamma: 0.25, steps: 100 });
 * lr(1); // 0.1
 * lr(51); // 0.05
 * lr(101); // 0.025
 * ```
 */
export function exponential(options: ExponentialOptions): Schedule {
  const read = readOptions("exponential", options, {
    initial: { is: finite },
    gamma: { is: positive },
    steps: { is: positive, default: 1 },
    staircase: { is: flag, default: false },
  });
  const { initial, gamma, steps, staircase } = read;
  return describe("exponential", read, (step) => {
    const exponent = updatesBefore(step) / steps;
    return initial * gamma ** (staircase ? Math.floor(exponent) : exponent);
  });
}
