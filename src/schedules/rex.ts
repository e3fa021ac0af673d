import { blend } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link rex}. */
export interface RexOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Value once `steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /** Updates from `initial` to `final`: a whole number, 1 or more. */
  readonly steps: number;
}

/**
 * The reflected exponential: slow at first, steep at the end.
 *
 * `final + (initial - final) * (1 - s) / (1 - s / 2)`, where `s = k / steps` and `k` updates came
 * before this one; from `k = steps` on, `final`.
 *
 * Source: Chen, Wolfe and Kyrillidis 2022, "REX: Revisiting Budgeted Training with an Improved
 * Schedule" (arXiv 2107.04197). pytorch_optimizer has it as `REXScheduler`; neither PyTorch,
 * Optax nor Keras does.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = rex({ initial: 0.3, steps: 100 });
 * lr(1); // 0.3
 * lr(51); // 0.2
 * lr(101); // 0
 * ```
 */
export function rex(options: RexOptions): Schedule {
  const read = readOptions("rex", options, {
    initial: { is: finite },
    final: { is: finite, default: 0 },
    steps: { is: count },
  });
  const { initial, final, steps } = read;
  return describe("rex", read, (step) => {
    const share = Math.min(updatesBefore(step), steps) / steps;
    return blend(initial, final, (1 - share) / (1 - share / 2));
  });
}
