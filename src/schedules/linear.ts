import { blend } from "./blend.ts";
import { describe } from "./describe.ts";
import { count, finite, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** Value once `steps` updates are done, and from then on. */
  readonly final: number;
  /** Updates from `initial` to `final`: a whole number, 1 or more. */
  readonly steps: number;
}

/**
 * A straight line from one value to another, up or down: `initial + (final - initial) * k / steps`, where
 * `k` updates came before this one; from `k = steps` on, `final`.
 *
 * Source: `optax.linear_schedule`, and `torch.optim.lr_scheduler.LinearLR`, which takes factors of
 * the optimizer's learning rate (`start_factor`, 1/3 by default, and `end_factor`) where this takes
 * values. `transition_begin` of Optax is {@link join} here.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = linear({ initial: 0.1, final: 0.3, steps: 10 });
 * lr(1); // 0.1
 * lr(6); // 0.2
 * lr(11); // 0.3
 * ```
 */
export function linear(options: LinearOptions): Schedule {
  const read = readOptions("linear", options, {
    initial: { is: finite },
    final: { is: finite },
    steps: { is: count },
  });
  const { initial, final, steps } = read;
  return describe("linear", read, (step) => {
    const left = Math.max(0, steps - updatesBefore(step));
    return blend(initial, final, left / steps);
  });
}
