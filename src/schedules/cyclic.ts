import { powerOf } from "../numbers/power.ts";
import { blend } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, oneOf, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link cyclic}. */
export interface CyclicOptions {
  /** Value at the first step, and between two cycles. */
  readonly initial: number;
  /** Value at the top of the first cycle. */
  readonly peak: number;
  /** Updates from `initial` to the top: a whole number, 1 or more. */
  readonly stepsUp: number;
  /** Updates from the top back to `initial`: a whole number, 1 or more. Default `stepsUp`. */
  readonly stepsDown?: number;
  /**
   * What becomes of the height above `initial`: "triangular" keeps it, "triangular2" halves it from
   * cycle to cycle, "expRange" multiplies it by `gamma` at every update. Default "triangular".
   */
  readonly mode?: "triangular" | "triangular2" | "expRange";
  /** Factor of "expRange", which the other modes ignore. Above 0; default 1. */
  readonly gamma?: number;
}

/**
 * Up and down along straight lines, over and over.
 *
 * `initial + (peak - initial) * scale * height`, where `height` goes from 0 to 1 in `stepsUp` updates
 * and back to 0 in `stepsDown`. With `k` updates before this one, in the cycle
 * `i = floor(k / (stepsUp + stepsDown))`, `scale` is 1 in the mode "triangular", `1 / 2^i` in
 * "triangular2" and `gamma^k` in "expRange".
 *
 * Source: Smith 2017, "Cyclical Learning Rates for Training Neural Networks" (arXiv 1506.01186),
 * section 3; `torch.optim.lr_scheduler.CyclicLR`, whose `base_lr` is `initial`, `max_lr` is `peak`,
 * `step_size_up` (2000 by default) is `stepsUp`, `step_size_down` is `stepsDown` and "exp_range" is
 * "expRange". In the paper's "exp_range" both ends fall; here, as in PyTorch, only the top does. PyTorch's `scale_fn` is
 * {@link scaled} here, where `initial` is 0.
 *
 * PyTorch cycles the momentum against the learning rate by default, from 0.9 to 0.8 and back. A
 * schedule sets one hyperparameter, so give the momentum its own, upside down:
 * `cyclic({ initial: 0.9, peak: 0.8, stepsUp })`.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = cyclic({ initial: 0.1, peak: 0.5, stepsUp: 4, mode: "triangular2" });
 * lr(1); // 0.1
 * lr(5); // 0.5
 * lr(7); // 0.3
 * lr(9); // 0.1
 * lr(13); // 0.3
 * ```
 */
export function cyclic(options: CyclicOptions): Schedule {
  const read = readOptions("cyclic", options, {
    initial: { is: finite },
    peak: { is: finite },
    stepsUp: { is: count },
    stepsDown: { is: count, default: options?.stepsUp },
    mode: { is: oneOf(["triangular", "triangular2", "expRange"]), default: "triangular" },
    gamma: { is: positive, default: 1 },
  });
  const { initial, peak, stepsUp, stepsDown, mode, gamma } = read;
  const length = stepsUp + stepsDown;
  const scaleAt = {
    triangular: () => 1,
    triangular2: (k: number) => powerOf(0.5, Math.floor(k / length)),
    expRange: (k: number) => powerOf(gamma, k),
  }[mode];
  return describe("cyclic", read, (step) => {
    const k = updatesBefore(step);
    const done = k % length;
    const height = done < stepsUp ? done / stepsUp : (length - done) / stepsDown;
    return blend(peak, initial, height * scaleAt(k));
  });
}
