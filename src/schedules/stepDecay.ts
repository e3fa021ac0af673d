import { powerOf } from "../numbers/power.ts";
import { describe } from "./describe.ts";
import { count, finite, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Factor at each drop. Above 0; default 0.1. */
  readonly gamma?: number;
  /** Updates from one drop to the next: a whole number, 1 or more. */
  readonly every: number;
}

/**
 * A staircase: the value is multiplied by `gamma` after every `every` updates.
 *
 * `initial * gamma^floor(k / every)`, where `k` updates came before this one.
 *
 * Source: `torch.optim.lr_scheduler.StepLR`, whose `step_size` is `every`. PyTorch users mostly
 * advance theirs once an epoch; `every` counts updates, so multiply by the updates in an epoch.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = stepDecay({ initial: 0.8, gamma: 0.5, every: 30 });
 * lr(30); // 0.8
 * lr(31); // 0.4
 * lr(61); // 0.2
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const read = readOptions("stepDecay", options, {
    initial: { is: finite },
    gamma: { is: positive, default: 0.1 },
    every: { is: count },
  });
  const { initial, gamma, every } = read;
  return describe(
    "stepDecay",
    read,
    (step) => initial * powerOf(gamma, Math.floor(updatesBefore(step) / every)),
  );
}
