import { describe } from "./describe.ts";
import {
  type Check,
  countOrZero,
  finite,
  notNegative,
  oneOf,
  readOptions,
  ScheduleError,
  share,
} from "./options.ts";
import type { Schedule } from "./schedule.ts";
import { show } from "./show.ts";

/** Options of {@link reduceOnPlateau}. */
export interface ReduceOnPlateauOptions {
  /** Value until the first reduction. */
  readonly initial: number;
  /** Factor at each reduction. Above 0 and below 1; default 0.1. */
  readonly factor?: number;
  /** Observations without improvement that it bears before it reduces. Default 10. */
  readonly patience?: number;
  /** Whether a smaller or a larger metric is better. Default "min". */
  readonly mode?: "min" | "max";
  /** How much better than the best a metric must be to count as an improvement. Default 1e-4. */
  readonly threshold?: number;
  /**
   * Whether `threshold` is a share of the best metric's magnitude, a difference from it, or what its factor differs from 1
   * by, as PyTorch has it: of metrics above 0 the same as the first. Default "relative".
   */
  readonly thresholdMode?: "relative" | "absolute" | "factor";
  /** Observations after a reduction that do not count against it. Default 0. */
  readonly cooldown?: number;
  /** Lowest value. Default 0. */
  readonly min?: number;
  /** A reduction by no more than this is left out. Default 1e-8. */
  readonly eps?: number;
}

/** What a plateau schedule has seen, as plain data for a checkpoint. */
export interface PlateauState {
  /** The value it gives. */
  readonly value: number;
  /** The best metric; null before the first. */
  readonly best: number | null;
  /** Observations since, without improvement. */
  readonly bad: number;
  /** Observations still to go after a reduction. */
  readonly cooldown: number;
}

/** A schedule that a metric drives: it gives the same at whatever `step`, until a metric changes it. */
export interface PlateauSchedule extends Schedule {
  /** Takes notice of `metric`, such as a validation loss, and returns the value from now on. */
  observe(metric: number): number;
  /** What it has seen: keep it beside the optimizer's state. */
  state(): PlateauState;
  /** Goes on from such a state. */
  restore(state: PlateauState): void;
}

/**
 * Reduced by a factor whenever a metric, such as the loss on held-out data, has stopped improving.
 *
 * Unlike every other schedule this one is no pure function of the step: it gives its current value
 * whatever the step, and `observe(metric)` may change it. Call that after each validation, and keep
 * `state()` with the optimizer's to resume a run. Each binding that is to plateau on its own needs a
 * schedule of its own.
 *
 * `observe` reduces to `max(value * factor, min)` when more than `patience` observations in a row did
 * not improve on the best; those within `cooldown` of a reduction do not count. With the mode "min"
 * and a "relative" threshold, an improvement is a metric below `best - threshold * |best|`; with
 * "absolute", below `best - threshold`; with "factor", below `best * (1 - threshold)`. A metric that is
 * not finite is no improvement.
 *
 * Source: `torch.optim.lr_scheduler.ReduceLROnPlateau`, where `observe` is `step` and the threshold
 * modes are "rel", here "factor", and "abs". Of metrics below 0 its "rel" takes the best one again, and
 * worse ones, for improvements, and never reduces: hence "relative". `optax.contrib.reduce_on_plateau` and Keras' `ReduceLROnPlateau` reduce at
 * the `patience`th such observation, so theirs is 1 more than this; Keras' `min_delta` is `threshold`
 * with the mode "absolute", and Optax averages `accumulation_size` metrics first.
 *
 * State: the value, the best metric and two counters, in `state()`.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range; `observe` if the
 * metric is no number; `restore` if the state is none.
 * @example
 * ```ts
 * const lr = reduceOnPlateau({ initial: 0.1, factor: 0.5, patience: 1 });
 * lr.observe(2); // 0.1
 * lr.observe(3); // 0.1
 * lr.observe(2); // 0.05
 * lr(1); // 0.05
 * ```
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): PlateauSchedule {
  const read = readOptions("reduceOnPlateau", options, {
    initial: { is: finite },
    factor: { is: share, default: 0.1 },
    patience: { is: countOrZero, default: 10 },
    mode: { is: oneOf(["min", "max"]), default: "min" },
    threshold: { is: notNegative, default: 1e-4 },
    thresholdMode: { is: oneOf(["relative", "absolute", "factor"]), default: "relative" },
    cooldown: { is: countOrZero, default: 0 },
    min: { is: finite, default: 0 },
    eps: { is: notNegative, default: 1e-8 },
  });
  let state: PlateauState = { value: read.initial, best: null, bad: 0, cooldown: 0 };
  return Object.assign(
    describe("reduceOnPlateau", read, () => state.value),
    {
      observe(metric: number): number {
        if (typeof metric !== "number") {
          throw new ScheduleError(
            "reduceOnPlateau",
            `observed ${show(metric)}; a metric must be a number`,
          );
        }
        state = observed(read, state, metric);
        return state.value;
      },
      state: () => ({ ...state }),
      restore(saved: PlateauState) {
        state = checkState(saved);
      },
    },
  );
}

/** The state after a metric. */
function observed(
  options: Required<ReduceOnPlateauOptions>,
  { value, best, bad, cooldown }: PlateauState,
  metric: number,
): PlateauState {
  if (improves(options, metric, best)) {
    return { value, best: metric, bad: 0, cooldown: Math.max(0, cooldown - 1) };
  }
  if (cooldown > 0) return { value, best, bad: 0, cooldown: cooldown - 1 };
  if (bad < options.patience) return { value, best, bad: bad + 1, cooldown };
  const lower = Math.max(value * options.factor, options.min);
  return {
    value: value - lower > options.eps ? lower : value,
    best,
    bad: 0,
    cooldown: options.cooldown,
  };
}

function improves(
  { mode, threshold, thresholdMode }: Required<ReduceOnPlateauOptions>,
  metric: number,
  best: number | null,
): boolean {
  if (!Number.isFinite(metric)) return false;
  if (best === null) return true;
  const margin = mode === "min" ? -threshold : threshold;
  // Of metrics above 0 "relative" has the same bits as "factor".
  const relative = best * (1 + (best < 0 ? -margin : margin));
  const bars = { relative, absolute: best + margin, factor: best * (1 + margin) };
  return mode === "min" ? metric < bars[thresholdMode] : metric > bars[thresholdMode];
}

/** A copy of what a checkpoint brought, checked: it has been text in the meantime. */
function checkState(saved: PlateauState): PlateauState {
  return readOptions("reduceOnPlateau.restore", saved, {
    value: { is: finite },
    best: { is: finiteOrNull },
    bad: { is: countOrZero },
    cooldown: { is: countOrZero },
  });
}

const finiteOrNull: Check<number | null> = {
  allowed: "a finite number, or null",
  accepts: (value): value is number | null => value === null || finite.accepts(value),
};
