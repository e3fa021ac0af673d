import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { checkOptionsGiven } from "./arguments.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Options of {@link lossScale}. */
export interface LossScaleOptions {
  /** The first scale, between `minimum` and `maximum`. Default: 65536. */
  readonly initial?: number;
  /** The factor for the scale after `growthInterval` steps in a row without a skip: 1 or more. Default: 2. */
  readonly growthFactor?: number;
  /** The factor for the scale after a skipped step: above 0 and below 1. Default: 0.5. */
  readonly backoffFactor?: number;
  /** The number of steps without a skip before the scale grows: a whole number, 1 or more. Default: 2000. */
  readonly growthInterval?: number;
  /** The lowest scale, above 0. Default: 2^-126, below which float32 loses digits. */
  readonly minimum?: number;
  /** The highest scale, not below the lowest. Default: 2^127, the highest power of two in float32. */
  readonly maximum?: number;
}

/** The result of `state`: plain data. */
export interface LossScaleState {
  /** The factor for the loss. */
  readonly scale: number;
  /** The number of steps in a row without a skip at this scale. */
  readonly made: number;
}

/** The present scale, as a schedule. It does not depend on `step`; only reports change it. */
export interface LossScale {
  (step?: number): number;
  /** Takes the report of a step, and returns the scale of the next. */
  observe(report: Pick<StepReport, "skipped">): number;
  /** Its state as plain data, for `restore` and the metadata of a checkpoint. */
  state(): LossScaleState;
  /**
   * Continues from a saved state.
   * @throws {BindingError} if it is not such a state
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
 * A dynamic loss scale, for gradients that would underflow in a narrow type such as float16. Multiply the loss by it, divide the
 * gradients by it with `unscale`, and skip steps that overflow.
 *
 * The scale is halved after a skipped step, and doubled after 2000 steps in a row without a skip, as in torch.amp.GradScaler. That
 * stops growing where float32 ends, and has no minimum. Keras' LossScaleOptimizer starts at 32768 and has neither bound. Optax
 * leaves it to jmp, whose minimum is 1.
 *
 * @throws {BindingError} if an option is unknown or out of range
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
