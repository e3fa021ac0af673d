import { describe } from "./describe.ts";
import { aSchedule, numberOrSchedule, readOptions } from "./options.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A schedule times a factor: `schedule(t) * factor`, or `schedule(t) * factor(t)` where the factor is
 * a schedule as well.
 *
 * Source: `torch.optim.lr_scheduler.ChainedScheduler`, whose schedulers multiply one rate: give the
 * first its rate and the others an `initial` of 1. `ConstantLR` there is the factor
 * `join([constant(1 / 3), constant(1)], [5])`. In Optax it is a chain with `scale_by_schedule`.
 *
 * @param schedule - The schedule.
 * @param factor - A finite number or a schedule.
 * @throws {@link ScheduleError} if one of them is something else.
 * @example
 * ```ts
 * const lr = scaled(exponential({ initial: 0.8, gamma: 0.5 }), linear({ initial: 0.5, final: 1, steps: 2 }));
 * lr(1); // 0.4
 * lr(2); // 0.3
 * lr(3); // 0.2
 * ```
 */
export function scaled(schedule: Schedule, factor: number | Schedule): Schedule {
  const read = readOptions(
    "scaled",
    { schedule, factor },
    { schedule: { is: aSchedule }, factor: { is: numberOrSchedule } },
  );
  const times = typeof factor === "number" ? () => factor : factor;
  return describe("scaled", read, (step) => schedule(step) * times(step));
}
