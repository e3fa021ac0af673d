import { powerOf } from "../numbers/power.ts";
import { blend, cosineRemaining } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Value once `steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /** Updates from `initial` to `final`: a whole number, 1 or more. */
  readonly steps: number;
  /** Exponent of the cosine's share: above 1 falls faster and stays low longer. Above 0; default 1. */
  readonly exponent?: number;
  /** Exponent of time, `k` of k-decay: above 1 falls later. Above 0; default 1. */
  readonly kDecay?: number;
}

/**
 * Half a period of the cosine: flat at first, steepest in the middle, flat at the end.
 *
 * `final + (initial - final) * ((1 + cos(pi * k / steps)) / 2)^exponent`, where `k` updates came
 * before this one; from `k = steps` on, `final`. With `kDecay`, `(k / steps)^kDecay` stands in the
 * place of `k / steps`.
 *
 * Source: Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts",
 * equation 5, without restarts ({@link cosineWarmRestarts} has them); `optax.cosine_decay_schedule`,
 * whose `alpha` is `final / initial` and whose `exponent` is the same. `kDecay` is from Zhang and Li
 * 2020, "k-decay: A New Method for Learning Rate Schedule" (arXiv 2004.05909), as timm's
 * `CosineLRScheduler` has it. PyTorch's `CosineAnnealingLR` is the same up to `T_max = steps`, but
 * rises again after it; this one holds `final`, as Optax and Keras do. Keras' `CosineDecay` with a
 * `warmup_target` is {@link warmup} here.
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
    exponent: { is: positive, default: 1 },
    kDecay: { is: positive, default: 1 },
  });
  const { initial, final, steps, exponent, kDecay } = read;
  return describe("cosine", read, (step) => {
    const k = Math.min(updatesBefore(step), steps);
    const left = cosineRemaining(Math.PI * powerOf(k / steps, kDecay));
    return blend(initial, final, powerOf(left, exponent));
  });
}
