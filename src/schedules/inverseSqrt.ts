import { describe } from "./describe.ts";
import { finite, positive, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link inverseSqrt}. */
export interface InverseSqrtOptions {
  /** Value at the first step. */
  readonly initial: number;
  /**
   * Updates in which the number under the root grows by 1: after three times as many the value has
   * halved. Above 0; default 1.
   */
  readonly timescale?: number;
}

/**
 * Decay by an inverse square root: `initial / sqrt(1 + k / timescale)`, where `k` updates came before
 * this one. With a `timescale` of 1 that is `initial / sqrt(t)`, where `t` is the step's number.
 *
 * After a {@link warmup} of `steps` updates, a `timescale` of the same length makes line and root
 * count from the same origin, `peak * sqrt(steps / k)`: the schedule of fairseq, of Big Vision's
 * `rsqrt` and of Transformers' `get_inverse_sqrt_schedule`. {@link noam} has it as the Transformer's
 * paper does.
 *
 * Source: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", the step size of
 * theorem 4.1 and of the logistic regression in section 6.1; with `timescale`, Zhai et al. 2022,
 * "Scaling Vision Transformers" (arXiv 2106.04560). Neither PyTorch nor Optax has it under a name; there it
 * is a `LambdaLR` or a function.
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
  const read = readOptions("inverseSqrt", options, {
    initial: { is: finite },
    timescale: { is: positive, default: 1 },
  });
  const { initial, timescale } = read;
  return describe(
    "inverseSqrt",
    read,
    (step) => initial / Math.sqrt(1 + updatesBefore(step) / timescale),
  );
}
