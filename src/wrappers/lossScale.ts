import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { checkOptionsGiven } from "./arguments.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Options of {@link lossScale}. */
export interface LossScaleOptions {
  /** The scale at first, between `minimum` and `maximum`. Default 65536. */
  readonly initial?: number;
  /** What it is multiplied by after `growthInterval` steps in a row that were made: 1 or more. Default 2. */
  readonly growthFactor?: number;
  /** What it is multiplied by after a step that was skipped: above 0 and below 1. Default 0.5. */
  readonly backoffFactor?: number;
  /** A whole number from 1 on. Default 2000. */
  readonly growthInterval?: number;
  /** The lowest scale, above 0. Default 2^-126, below which float32 loses digits. */
  readonly minimum?: number;
  /** The highest scale, not below the lowest. Default 2^127, the highest power of two that float32 holds. */
  readonly maximum?: number;
}

/** What `state` gives: plain data. */
export interface LossScaleState {
  /** What the loss is multiplied by. */
  readonly scale: number;
  /** Steps in a row that were made at this scale. */
  readonly made: number;
}

/** The present scale, as a schedule: it is the same at whatever `step`, until a report changes it. */
export interface LossScale {
  (step?: number): number;
  /** Takes the report of a step, and gives the scale of the next. */
  observe(report: Pick<StepReport, "skipped">): number;
  /** What `restore` takes: plain data, for a checkpoint's metadata. */
  state(): LossScaleState;
  /**
   * Goes on with a scale that was saved.
   * @throws {BindingError} where it is no such state
   */
  restore(state: LossScaleState): void;
}

const defaults = {
  initial: 65536,
  growthFactor: 2,
  backoffFactor: 0.5,
  growthInterval: 2000,
  minimum: 2 ** -126,
  maximum: 2 ** 127,
};

const ranges = {
  initial: "(0, inf)",
  growthFactor: "[1, inf)",
  backoffFactor: "(0, 1)",
  growthInterval: "whole [1, inf)",
  minimum: "(0, inf)",
  maximum: "(0, inf)",
} as const;

/**
 * A dynamic loss scale, for gradients that would vanish in a narrow type such as float16: multiply the
 * loss by it, divide the gradients again with `unscale`, and skip steps that overflow.
 *
 * It is halved after a step that was skipped, and doubled after 2000 in a row that were not, as
 * torch.amp.GradScaler does, which stops growing where float32 ends and has no minimum. Keras'
 * LossScaleOptimizer starts at 32768 and has neither bound; Optax leaves it to jmp, whose minimum is 1.
 *
 * @throws {BindingError} where an option is unknown or out of range
 * @example
 * const scale = lossScale();
 * const optimizer = optimize(net, chain(unscale({ scale }), adam()), { nonFinite: "skip" });
 * optimizer.gradients.w.fill(scale() * 0.1); // gradients of the loss times scale()
 * scale.observe(optimizer.step());
 */
export function lossScale(options: LossScaleOptions = {}): LossScale {
  checkOptionsGiven("lossScale", options, "{ initial: 65536 }");
  checkOptions("lossScale", options, Object.keys(defaults));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const read = { ...defaults, ...Object.fromEntries(given) };
  checkNumbers("lossScale", ranges, read);
  const { initial, minimum, maximum } = read;
  if (!(minimum <= initial && initial <= maximum)) {
    throw new BindingError(
      `lossScale: \`initial\`, ${initial}, is not between \`minimum\`, ${minimum}, and \`maximum\`, ${maximum}`,
    );
  }
  let scale = read.initial;
  let made = 0;
  return Object.assign(() => scale, {
    observe(report: Pick<StepReport, "skipped">): number {
      const skipped = report?.skipped;
      if (typeof skipped !== "boolean") {
        throw new BindingError(
          "lossScale: observe takes the report of a step: scale.observe(optimizer.step())",
        );
      }
      made = skipped ? 0 : made + 1;
      if (skipped) {
        scale = Math.max(scale * read.backoffFactor, read.minimum);
      } else if (made === read.growthInterval) {
        scale = Math.min(scale * read.growthFactor, read.maximum);
        made = 0;
      }
      return scale;
    },
    state: () => ({ scale, made }),
    restore(state: LossScaleState): void {
      checkOptionsGiven("lossScale.restore", state, "{ scale: 65536, made: 0 }");
      checkNumbers("lossScale", { scale: "(0, inf)", made: "whole [0, inf)" }, state);
      ({ scale, made } = state);
    },
  });
}
