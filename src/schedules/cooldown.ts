import { type Anneal, blend, remaining } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, countOrZero, finite, numberOrSchedule, oneOf, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link cooldown}. */
export interface CooldownOptions {
  /** What comes before: a number, or a schedule to follow. */
  readonly initial: number | Schedule;
  /** Completed updates at which it leaves `initial`: a whole number. */
  readonly start: number;
  /** Updates from there to `final`: a whole number, 1 or more. */
  readonly steps: number;
  /** Value once `start + steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /**
   * How it goes there: along a straight line, half a period of the cosine, or "1-sqrt", which is
   * steep first. Default "1-sqrt".
   */
  readonly anneal?: Anneal;
}

/**
 * A schedule up to some step, then from its value there to a final one.
 *
 * With `k` updates before this one, `initial` while `k < start`; then, with
 * `s = min(1, (k - start) / steps)` and the value `v` that `initial` has at `k = start`,
 * `final + (v - final) * left`, where `left` is `1 - s` for "linear", `(1 + cos(pi * s)) / 2` for
 * "cosine" and `1 - sqrt(s)` for "1-sqrt".
 *
 * Source: Hägele et al. 2024, "Scaling Laws and Compute-Optimal Training Beyond Fixed Training
 * Durations" (arXiv 2405.18392), which finds "1-sqrt" the best of them. With `anneal`
 * "cosine" (its default) or "linear" it is `torch.optim.swa_utils.SWALR` taking over from another
 * scheduler: `final` is `swa_lr` and `steps` is `anneal_epochs`, 10 by default. Neither Optax nor
 * Keras has it.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = cooldown({ initial: 0.4, start: 100, steps: 16 });
 * lr(101); // 0.4
 * lr(105); // 0.2
 * lr(117); // 0
 * ```
 */
export function cooldown(options: CooldownOptions): Schedule {
  const read = readOptions("cooldown", options, {
    initial: { is: numberOrSchedule },
    start: { is: countOrZero },
    steps: { is: count },
    final: { is: finite, default: 0 },
    anneal: { is: oneOf(["linear", "cosine", "1-sqrt"]), default: "1-sqrt" },
  });
  const { initial, start, steps, final } = read;
  const before = typeof initial === "number" ? () => initial : initial;
  const left = remaining[read.anneal];
  return describe("cooldown", read, (step) => {
    const done = Math.min(updatesBefore(step) - start, steps);
    return done < 0 ? before(step) : blend(before(start + 1), final, left(done / steps));
  });
}
