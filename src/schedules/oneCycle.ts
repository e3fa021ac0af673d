import { blend, remaining } from "./blend.ts";
import { describe } from "./describe.ts";
import {
  count,
  finite,
  flag,
  fraction,
  oneOf,
  positive,
  readOptions,
  ScheduleError,
} from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** Value at the turn. */
  readonly peak: number;
  /** Updates in the whole cycle: a whole number, 1 or more. */
  readonly steps: number;
  /** Share of the steps spent going up, from 0 to 1. Default 0.3. */
  readonly warmupFraction?: number;
  /** The first value is `peak / initialDivisor`. Above 0; default 25. */
  readonly initialDivisor?: number;
  /** The last value is the first divided by this. Above 0; default 1e4. */
  readonly finalDivisor?: number;
  /** How each way runs: along half a period of the cosine or a straight line. Default "cosine". */
  readonly anneal?: "cosine" | "linear";
  /**
   * Whether to come down as long as it went up, to the first value, and only then to the last.
   * Needs a `warmupFraction` of at most 0.5. Default false.
   */
  readonly threePhase?: boolean;
}

/**
 * One cycle: up from `initial = peak / initialDivisor` to `peak`, then down to
 * `final = initial / finalDivisor`, both ways along half a period of the cosine, or with `anneal`
 * "linear" along straight lines.
 *
 * With `k` updates before this one and the turn at `turn = warmupFraction * steps - 1`:
 *
 * - up to the turn, `peak + (initial - peak) * (1 + cos(pi * k / turn)) / 2`;
 * - after it, `final + (peak - final) * (1 + cos(pi * (k - turn) / (steps - 1 - turn))) / 2`.
 *
 * With `threePhase` it goes back to `initial` from the turn to `2 * turn`, and from there to `final`.
 * The last of the `steps` updates uses `final`, and so do all after it.
 *
 * Source: Smith and Topin 2017, "Super-Convergence: Very Fast Training of Neural Networks Using
 * Large Learning Rates" (arXiv 1708.07120), with three phases and straight lines; by default in the two-phase form of
 * `torch.optim.lr_scheduler.OneCycleLR` (`pct_start` is `warmupFraction`, `div_factor` is
 * `initialDivisor`, `final_div_factor` is `finalDivisor`, `anneal_strategy` "cos" is `anneal`
 * "cosine", `three_phase` is `threePhase`), which raises an error after the last
 * step where this one holds. As in PyTorch, the turn may fall between two updates, neither of which
 * then has the value `peak`; where it falls on the first update, PyTorch divides by zero and this
 * one starts at `peak`. `optax.cosine_onecycle_schedule` turns and ends one update later, and rounds the turn
 * down to a whole update; it and `optax.linear_onecycle_schedule` are {@link piecewise} here.
 *
 * PyTorch cycles the momentum against the learning rate by default. A schedule sets one
 * hyperparameter, so give the momentum its own, which may go down and up again:
 * `oneCycle({ peak: 0.85, initialDivisor: 0.85 / 0.95, finalDivisor: 1, steps })` goes from 0.95 to
 * 0.85 and back.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const divisors = { initialDivisor: 5, finalDivisor: 10 };
 * const lr = oneCycle({ peak: 0.5, steps: 20, warmupFraction: 0.25, ...divisors });
 * lr(1); // 0.1
 * lr(3); // 0.3
 * lr(5); // 0.5
 * lr(20); // 0.01
 * lr(21); // 0.01
 * ```
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const read = readOptions("oneCycle", options, {
    peak: { is: finite },
    steps: { is: count },
    warmupFraction: { is: fraction, default: 0.3 },
    initialDivisor: { is: positive, default: 25 },
    finalDivisor: { is: positive, default: 1e4 },
    anneal: { is: oneOf(["cosine", "linear"]), default: "cosine" },
    threePhase: { is: flag, default: false },
  });
  const { peak, steps, warmupFraction, threePhase } = read;
  if (threePhase && warmupFraction > 0.5) {
    throw new ScheduleError(
      "oneCycle",
      `option \`warmupFraction\` is ${warmupFraction}; with \`threePhase\` it must be at most 0.5, to come down again in time`,
    );
  }
  const initial = peak / read.initialDivisor;
  const final = initial / read.finalDivisor;
  const left = remaining[read.anneal];
  const [last, turn] = [steps - 1, warmupFraction * steps - 1];
  const phases = threePhase
    ? ([
        [turn, initial, peak],
        [2 * turn, peak, initial],
        [last, initial, final],
      ] as const)
    : ([
        [turn, initial, peak],
        [last, peak, final],
      ] as const);
  return describe("oneCycle", read, (step) => {
    const k = Math.min(updatesBefore(step), last);
    let start = 0;
    for (const [end, from, to] of phases) {
      // A turn on the first update leaves no way to it.
      if (k === end) return to;
      if (k < end) return blend(from, to, left((k - start) / (end - start)));
      start = end;
    }
    return final;
  });
}
