import { describe } from "./describe.ts";
import { finite, notNegative, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link inverseTime}. */
export interface InverseTimeOptions {
  /** Value at the first step. */
  readonly initial: number;
  /**
   * How much the divisor grows in `steps` updates: with 1, the value has halved by then. At least
   * 0.
   */
  readonly decay: number;
  /** Updates over which the divisor grows by `decay`. Above 0; default 1. */
  readonly steps?: number;
}

/**
 * Decay by the inverse of time: `initial / (1 + decay * k / steps)`, where `k` updates came before
 * this one.
 *
 * Source: the classical rate of stochastic approximation (Robbins and Monro 1951). With `steps` 1
 * it is the `lr_decay` of `torch.optim.Adagrad` and the `decay` of Keras's older optimizers; with
 * `steps` it is Keras's `InverseTimeDecay`, without its `staircase`.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = inverseTime({ initial: 0.1, decay: 1, steps: 100 });
 * lr(1); // 0.1
 * lr(101); // 0.05
 * lr(301); // 0.025
 * ```
 */
export function inverseTime(options: InverseTimeOptions): Schedule {
  const read = readOptions("inverseTime", options, {
    initial: { is: finite },
    decay: { is: notNegative },
    steps: { is: positive, default: 1 },
  });
  const { initial, decay, steps } = read;
  return describe(
    "inverseTime",
    read,
    (step) => initial / (1 + (decay * updatesBefore(step)) / steps),
  );
}
