import { blend } from "./blend.ts";
import { describe } from "./describe.ts";
import { countOrZero, finite, numberOrSchedule, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link warmup}. */
export interface WarmupOptions {
  /** Updates from `initial` to `peak`: a whole number. 0 leaves the warm-up out. */
  readonly steps: number;
  /**
   * Value at the first step. Default 0, as is usual with Optax; the first update then leaves the
   * parameters alone.
   */
  readonly initial?: number;
  /**
   * Where the warm-up leads: a number to stay at, or a schedule to follow from its own first step
   * on, whose first value it leads to.
   */
  readonly peak: number | Schedule;
}

/**
 * A linear warm-up, then a constant or another schedule.
 *
 * `initial + (peak(1) - initial) * k / steps` while `k < steps`, then `peak(k - steps + 1)`, where `k`
 * updates came before this one: the schedule after the warm-up starts from its own first step.
 *
 * Source: Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 2.2;
 * `optax.warmup_constant_schedule` for a number, `optax.warmup_exponential_decay_schedule` for an
 * {@link exponential}, `optax.join_schedules` of a line and a schedule otherwise. In PyTorch it is a `SequentialLR` of `LinearLR` and the schedule.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = warmup({ steps: 4, peak: exponential({ initial: 0.2, gamma: 0.5 }) });
 * lr(1); // 0
 * lr(3); // 0.1
 * lr(5); // 0.2
 * lr(6); // 0.1
 * ```
 */
export function warmup(options: WarmupOptions): Schedule {
  const read = readOptions("warmup", options, {
    steps: { is: countOrZero },
    initial: { is: finite, default: 0 },
    peak: { is: numberOrSchedule },
  });
  const { steps, initial, peak } = read;
  const after = typeof peak === "number" ? () => peak : peak;
  const target = after(1);
  return describe("warmup", read, (step) => {
    const k = updatesBefore(step);
    return k < steps ? blend(initial, target, (steps - k) / steps) : after(step - steps);
  });
}
