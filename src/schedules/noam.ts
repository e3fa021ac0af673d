import { powerOf } from "../numbers/power.ts";
import { describe } from "./describe.ts";
import { count, positive, readOptions } from "./options.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@link noam}. */
export interface NoamOptions {
  /** Width of the model, `d_model`: the value falls with its root. Above 0. */
  readonly modelSize: number;
  /** Updates up to the peak: a whole number, 1 or more. */
  readonly warmup: number;
  /** What everything is multiplied by. Above 0; default 1. */
  readonly factor?: number;
}

/**
 * The schedule of the Transformer: a line up, then the inverse square root of the step's number.
 *
 * `factor / sqrt(modelSize) * min(1 / sqrt(t), t / warmup^1.5)`, where `t` is 1 for the first step.
 * The peak, at `t = warmup`, is `factor / sqrt(modelSize * warmup)`.
 *
 * Source: Vaswani et al. 2017, "Attention Is All You Need", equation 3, with 512 and 4000. Tensor2Tensor
 * and OpenNMT call it by the name of one of its authors. Neither PyTorch, Optax nor Keras has it. For
 * a peak of your own choice, see {@link inverseSqrt} after a {@link warmup}.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = noam({ modelSize: 4, warmup: 100 });
 * lr(1); // 0.0005
 * lr(100); // 0.05
 * lr(400); // 0.025
 * ```
 */
export function noam(options: NoamOptions): Schedule {
  const read = readOptions("noam", options, {
    modelSize: { is: positive },
    warmup: { is: count },
    factor: { is: positive, default: 1 },
  });
  const { modelSize, warmup, factor } = read;
  const scale = factor / Math.sqrt(modelSize);
  const knee = powerOf(warmup, 1.5);
  return describe("noam", read, (step) => scale * Math.min(1 / Math.sqrt(step), step / knee));
}
