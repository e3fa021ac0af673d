import { blend, cosineRemaining } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Value once `steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /** Updates from `initial` to `final`: a whole number, 1 or more. */
  readonly steps: number;
}

/**
 * Half a period of the cosine: flat at first, steepest in the middle, flat at the end.
 *
 * `final + (initial - final) * (1 + cos(pi * k / steps)) / 2`, where `k` updates came before this
 * one; from `k = steps` on, `final`.
 *
 * Source: Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts",
 * equation 5, without restarts; `optax.cosine_decay_schedule`, whose `alpha` is `final / initial`.
 * PyTorch's `CosineAnnealingLR` is the same up to `T_max = steps`, but rises again after it; this
 * one holds `final`, as Optax does.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = cosine({ initial: 0.1, steps: 100 });
 * lr(1); // 0.1
 * lr(51); // 0.05
 * lr(101); // 0
 * ```
 */
export function cosine(options: CosineOptions): Schedule {
  const read = readOptions("cosine", options, {
    initial: { is: finite },
    final: { is: finite, default: 0 },
    steps: { is: count },
  });
  const { initial, final, steps } = read;
  return describe("cosine", read, (step) => {
    const k = Math.min(updatesBefore(step), steps);
    return blend(initial, final, cosineRemaining((Math.PI * k) / steps));
  });
}
