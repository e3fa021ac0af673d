import { describe } from "./describe.ts";
import { finite, readOptions } from "./options.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The same value at every step.
 *
 * A plain number does the same wherever a hyperparameter is given; this is for {@link join} and for
 * code that wants a schedule in any case.
 *
 * Source: `optax.constant_schedule`. PyTorch's `ConstantLR` is something else: a factor on the
 * first few steps, `join([constant(factor * lr), constant(lr)], [total_iters])`.
 *
 * @param value - The value, any finite number.
 * @throws {@link ScheduleError} if `value` is not a finite number.
 * @example
 * ```ts
 * const lr = constant(0.1);
 * lr(1); // 0.1
 * lr(1000); // 0.1
 * ```
 */
export function constant(value: number): Schedule {
  const options = readOptions("constant", { value }, { value: { is: finite } });
  return describe("constant", options, () => value);
}
