import { powerOf } from "../numbers/power.ts";
import { blend } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link polynomial}. */
export interface PolynomialOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Value once `steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /**
   * Exponent of the remaining share: 1 is a straight line, above 1 falls fast first. Above 0;
   * default 1.
   */
  readonly power?: number;
  /** Updates from `initial` to `final`: a whole number, 1 or more. */
  readonly steps: number;
  /** Exponent of time, `k` of k-decay: above 1 falls later. Above 0; default 1. */
  readonly kDecay?: number;
}

/**
 * Polynomial decay: `final + (initial - final) * (1 - k / steps)^power`, where `k` updates came
 * before this one; from `k = steps` on, `final`. With `kDecay`, `(k / steps)^kDecay` stands in the
 * place of `k / steps`.
 *
 * Source: `optax.polynomial_schedule`, and `torch.optim.lr_scheduler.PolynomialLR`, which has no
 * `final` and whose `total_iters` is `steps`. Keras' `PolynomialDecay` is the same, with `final`
 * 1e-4 by default; its `cycle` is not here. `kDecay` is from Zhang and Li 2020, "k-decay: A New
 * Method for Learning Rate Schedule" (arXiv 2004.05909), as timm's `PolyLRScheduler` has it, whose
 * `power` is 0.5 by default.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = polynomial({ initial: 0.4, power: 2, steps: 100 });
 * lr(1); // 0.4
 * lr(51); // 0.1
 * lr(101); // 0
 * ```
 */
export function polynomial(options: PolynomialOptions): Schedule {
  const read = readOptions("polynomial", options, {
    initial: { is: finite },
    final: { is: finite, default: 0 },
    power: { is: positive, default: 1 },
    steps: { is: count },
    kDecay: { is: positive, default: 1 },
  });
  const { initial, final, power, steps, kDecay } = read;
  return describe("polynomial", read, (step) => {
    const share = Math.min(updatesBefore(step), steps) / steps;
    return blend(initial, final, powerOf(1 - powerOf(share, kDecay), power));
  });
}
