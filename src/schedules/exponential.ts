import { powerOf } from "../numbers/power.ts";
import { describe } from "./describe.ts";
import { bound, finite, flag, positive, readOptions, ScheduleError } from "./options.ts";
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
  /**
   * Value beyond which it does not go: a decay stops there falling, a growth rising. Default 0 for
   * a decay and infinity for a growth, which are none.
   */
  readonly final?: number;
}

/**
 * Exponential decay: `initial * gamma^(k / steps)`, where `k` updates came before this one; with
 * `staircase`, the exponent is rounded down.
 *
 * A `gamma` above 1 grows instead, as in a search for the largest usable learning rate, and
 * overflows to infinity in the end where there is no `final`.
 *
 * Source: `torch.optim.lr_scheduler.ExponentialLR` (with `steps` 1) and `optax.exponential_decay`,
 * whose `decay_rate` is `gamma`, `transition_steps` is `steps` and `end_value` is `final`; its
 * `transition_begin` is {@link join} here. Keras' `ExponentialDecay` (`decay_steps`, `decay_rate`,
 * `staircase`) has no `final`.
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
    final: { is: bound, default: options?.gamma > 1 ? beyond(options.initial) : 0 },
  });
  const { initial, gamma, steps, staircase, final } = read;
  // A decay from above stops falling, one from below stops rising; a growth the other way round.
  const stop = initial > 0 === gamma <= 1 ? Math.max : Math.min;
  if (!Number.isFinite(stop(initial, final))) {
    throw new ScheduleError(
      "exponential",
      `option \`final\` is ${final}; it would be reached at the first step`,
    );
  }
  return describe("exponential", read, (step) => {
    const exponent = updatesBefore(step) / steps;
    return stop(initial * powerOf(gamma, staircase ? Math.floor(exponent) : exponent), final);
  });
}

/** The infinity on a value's side; 0, which no growth leaves, for 0. */
function beyond(value: number): number {
  return value === 0 ? 0 : value > 0 ? Infinity : -Infinity;
}
