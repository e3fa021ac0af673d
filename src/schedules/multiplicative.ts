import { describe } from "./describe.ts";
import { aSchedule, finite, readOptions } from "./options.ts";
import { type Schedule, updatesBefore } from "./schedule.ts";

/** Options of {@link multiplicative}. */
export interface MultiplicativeOptions {
  /** Value at the first step. */
  readonly initial: number;
  /** The factor after each update, by how many are done: a function of 1, 2, 3 and so on. */
  readonly factor: Schedule;
}

/**
 * Multiplied after each update by a factor of that update: `initial * factor(1) * ... * factor(k)`,
 * where `k` updates came before this one.
 *
 * Asked for the steps in order, it multiplies once a step; going back starts over. Where the product
 * has a closed form, such as {@link exponential} for a constant factor, that is the better schedule.
 *
 * Source: `torch.optim.lr_scheduler.MultiplicativeLR`, whose `lr_lambda` is `factor`. Optax and Keras
 * have nothing of the kind.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range.
 * @example
 * ```ts
 * const lr = multiplicative({ initial: 0.8, factor: (k) => 1 / k });
 * lr(2); // 0.8
 * lr(3); // 0.4
 * lr(5); // 0.03333333333333333
 * lr(1); // 0.8
 * ```
 */
export function multiplicative(options: MultiplicativeOptions): Schedule {
  const read = readOptions("multiplicative", options, {
    initial: { is: finite },
    factor: { is: aSchedule },
  });
  const { initial, factor } = read;
  // The product so far, which the next step goes on from. It changes no value, only the time.
  let [done, product] = [0, initial];
  return describe("multiplicative", read, (step) => {
    const k = updatesBefore(step);
    if (k < done) [done, product] = [0, initial];
    while (done < k) product *= factor(++done);
    return product;
  });
}
