import { powerOf } from "../numbers/power.ts";
import { describe } from "./describe.ts";
import { finite, increasingCounts, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link multiStep}. */
export interface MultiStepOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Factor at each milestone. Above 0; default 0.1. */
  readonly gamma?: number;
  /**
   * Numbers of completed updates at which the value drops: whole numbers, 1 or more, each above the
   * one before.
   */
  readonly milestones: readonly number[];
}

/**
 * A staircase with drops where you say: the value is multiplied by `gamma` once `milestones[i]`
 * updates are done.
 *
 * `initial * gamma^n`, where `n` is the number of milestones that are at most `k`, and `k` updates
 * came before this one.
 *
 * Source: `torch.optim.lr_scheduler.MultiStepLR`. PyTorch sorts its milestones and takes a repeated
 * one twice; here both are errors. Optax's `piecewise_constant_schedule` gives each boundary a
 * factor of its own; {@link piecewise} does that here, with values.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = multiStep({ initial: 0.8, gamma: 0.5, milestones: [30, 80] });
 * lr(30); // 0.8
 * lr(31); // 0.4
 * lr(81); // 0.2
 * ```
 */
export function multiStep(options: MultiStepOptions): Schedule {
  const read = readOptions("multiStep", options, {
    initial: { is: finite },
    gamma: { is: positive, default: 0.1 },
    milestones: { is: increasingCounts },
  });
  const { initial, gamma, milestones } = read;
  return describe("multiStep", read, (step) => {
    const k = updatesBefore(step);
    let passed = 0;
    while (passed < milestones.length && milestones[passed]! <= k) passed++;
    return initial * powerOf(gamma, passed);
  });
}
