import { powerOf } from "../numbers/power.ts";
import { blend, cosineRemaining } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link cosineWarmRestarts}. */
export interface CosineWarmRestartsOptions {
  /** Value at the first step, and at the first of each period. */
  readonly initial: number;
  /** Value towards which each period falls. Default 0. */
  readonly final?: number;
  /** Updates in the first period: a whole number, 1 or more. */
  readonly steps: number;
  /** Factor from the length of one period to the next: a whole number, 1 or more. Default 1. */
  readonly stepsFactor?: number;
  /** Factor from the height of one period above `final` to the next. Above 0; default 1. */
  readonly gamma?: number;
}

/**
 * Half a period of the cosine, begun anew each time it is over: SGDR.
 *
 * `final + (initial - final) * gamma^i * (1 + cos(pi * j / length)) / 2` in period `i`, counted from
 * 0, where `j` of its updates came before this one and `length = steps * stepsFactor^i`. The value
 * `final` itself is never used: where it would be, the next period begins.
 *
 * Source: Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts",
 * equation 5; `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`, whose `T_0` is `steps`, `T_mult`
 * is `stepsFactor` and `eta_min` is `final`. `gamma` is `m_mul` of Keras' `CosineDecayRestarts`, whose
 * `t_mul` is `stepsFactor`, 2 by default, and may be a fraction. timm's `cycle_decay` multiplies
 * `initial` instead of the height. `optax.sgdr_schedule` takes a list of periods: {@link join} of
 * {@link warmupCosine}.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = cosineWarmRestarts({ initial: 0.4, steps: 10, stepsFactor: 2 });
 * lr(1); // 0.4
 * lr(6); // 0.2
 * lr(11); // 0.4
 * lr(21); // 0.2
 * lr(31); // 0.4
 * ```
 */
export function cosineWarmRestarts(options: CosineWarmRestartsOptions): Schedule {
  const read = readOptions("cosineWarmRestarts", options, {
    initial: { is: finite },
    final: { is: finite, default: 0 },
    steps: { is: count },
    stepsFactor: { is: count, default: 1 },
    gamma: { is: positive, default: 1 },
  });
  const { initial, final, gamma } = read;
  return describe("cosineWarmRestarts", read, (step) => {
    const { period, done, length } = periodAt(updatesBefore(step), read.steps, read.stepsFactor);
    return blend(
      initial,
      final,
      powerOf(gamma, period) * cosineRemaining((Math.PI * done) / length),
    );
  });
}

/** In which period update `k` is, how many of its updates are done, and how many it has. */
function periodAt(k: number, steps: number, factor: number) {
  if (factor === 1) return { period: Math.floor(k / steps), done: k % steps, length: steps };
  let [period, done, length] = [0, k, steps];
  while (done >= length) {
    done -= length;
    length *= factor;
    period++;
  }
  return { period, done, length };
}
