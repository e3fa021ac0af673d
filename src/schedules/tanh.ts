import { tanh as tanhOf } from "../numbers/hyperbolic.ts";
import { blend } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, readOptions, ScheduleError } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link tanh}. */
export interface TanhOptions {
  /** Value at the first step, but for what the tail at `lower` leaves out. */
  readonly initial: number;
  /** Value once `steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /** Updates from `initial` to `final`: a whole number, 1 or more. */
  readonly steps: number;
  /** Where on the hyperbolic tangent it begins. Default -7. */
  readonly lower?: number;
  /** Where on the hyperbolic tangent it ends; above `lower`. Default 3. */
  readonly upper?: number;
}

/**
 * Hyperbolic-tangent decay: high for long, then down along a tangent.
 *
 * `final + (initial - final) * (1 - tanh(lower * (1 - s) + upper * s)) / 2`, where `s = k / steps` and
 * `k` updates came before this one; from `k = steps` on, `final`. By default the first value is
 * short of `initial` by a millionth of the height, and the last before `final` is 0.0025 of it above.
 *
 * Source: Hsueh, Li and Wu 2019, "Stochastic Gradient Descent with Hyperbolic-Tangent Decay on
 * Classification" (arXiv 1806.01593). The authors' example goes from -4 to 4; the defaults are those of
 * timm's `TanhLRScheduler`, whose `lb` is `lower` and `ub` is `upper`. Neither PyTorch, Optax nor Keras
 * has it.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range, or if `lower` is not
 * below `upper`.
 * @example
 * ```ts
 * const lr = tanh({ initial: 0.4, steps: 100, lower: -3, upper: 3 });
 * lr(1); // 0.3990109507373461
 * lr(51); // 0.2
 * lr(101); // 0
 * ```
 */
export function tanh(options: TanhOptions): Schedule {
  const read = readOptions("tanh", options, {
    initial: { is: finite },
    final: { is: finite, default: 0 },
    steps: { is: count },
    lower: { is: finite, default: -7 },
    upper: { is: finite, default: 3 },
  });
  const { initial, final, steps, lower, upper } = read;
  if (lower >= upper) {
    throw new ScheduleError(
      "tanh",
      `option \`lower\` is ${lower}; it must be below \`upper\` (${upper})`,
    );
  }
  return describe("tanh", read, (step) => {
    const share = updatesBefore(step) / steps;
    if (share >= 1) return final;
    return blend(initial, final, (1 - tanhOf(lower * (1 - share) + upper * share)) / 2);
  });
}
