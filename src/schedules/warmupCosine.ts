import { cosine } from "./cosine.ts";
import { describe } from "./describe.ts";
import { count, countOrZero, finite, positive, readOptions, ScheduleError } from "./options.ts";
import type { Schedule } from "./schedule.ts";
import { warmup as warmUp } from "./warmup.ts";

/** Options of {@link warmupCosine}. */
export interface WarmupCosineOptions {
  /** Value at the first step. Default 0; the first update then leaves the parameters alone. */
  readonly initial?: number;
  /** Value once `warmup` updates are done. */
  readonly peak: number;
  /** Value once `steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /** Updates from `initial` to `peak`: a whole number. 0 leaves the warm-up out. */
  readonly warmup: number;
  /** Updates in all, the warm-up included: a whole number above `warmup`. */
  readonly steps: number;
  /** Exponent of the cosine's share: above 1 falls faster and stays low longer. Above 0; default 1. */
  readonly exponent?: number;
}

/**
 * A linear warm-up, then half a period of the cosine.
 *
 * With `k` updates before this one:
 *
 * - while `k < warmup`, `initial + (peak - initial) * k / warmup`;
 * - then `final + (peak - final) * ((1 + cos(pi * (k - warmup) / (steps - warmup))) / 2)^exponent`;
 * - from `k = steps` on, `final`.
 *
 * Source: `optax.warmup_cosine_decay_schedule`, whose `decay_steps`, like `steps` here, includes
 * the warm-up.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range, or if `warmup` is
 * not below `steps`.
 * @example
 * ```ts
 * const lr = warmupCosine({ peak: 0.4, warmup: 10, steps: 110 });
 * lr(1); // 0
 * lr(6); // 0.2
 * lr(11); // 0.4
 * lr(61); // 0.2
 * lr(111); // 0
 * ```
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  const read = readOptions("warmupCosine", options, {
    initial: { is: finite, default: 0 },
    peak: { is: finite },
    final: { is: finite, default: 0 },
    warmup: { is: countOrZero },
    steps: { is: count },
    exponent: { is: positive, default: 1 },
  });
  const { initial, peak, final, warmup, steps, exponent } = read;
  if (warmup >= steps) {
    throw new ScheduleError(
      "warmupCosine",
      `option \`warmup\` is ${warmup}; it must be below \`steps\` (${steps}), which includes the warm-up`,
    );
  }
  const decay = cosine({ initial: peak, final, steps: steps - warmup, exponent });
  return describe("warmupCosine", read, warmUp({ steps: warmup, initial, peak: decay }));
}
