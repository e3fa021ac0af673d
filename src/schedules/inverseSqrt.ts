import { describe } from "./describe.ts";
import { finite, readOptions } from "./options.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@link inverseSqrt}. */
export interface InverseSqrtOptions {
  /** Value at the first step. */
  readonly initial: number;
}

/**
 * Decay by the inverse square root of the step's number: `initial / sqrt(t)`, where `t` is 1 for
 * the first step.
 *
 * Source: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", the step size of
 * theorem 4.1 and of the logistic regression in section 6.1. Neither PyTorch nor Optax has it under
 * a name; there it is a `LambdaLR` or a function. The schedule of the Transformer paper is another
 * one: its line up and its root count from the same origin, whereas {@link warmup} followed by this
 * starts the root anew.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = inverseSqrt({ initial: 0.1 });
 * lr(1); // 0.1
 * lr(4); // 0.05
 * lr(100); // 0.01
 * ```
 */
export function inverseSqrt(options: InverseSqrtOptions): Schedule {
  const read = readOptions("inverseSqrt", options, { initial: { is: finite } });
  const { initial } = read;
  return describe("inverseSqrt", read, (step) => initial / Math.sqrt(step));
}
