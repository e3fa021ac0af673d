import { describe } from "./describe.ts";
import { increasingCounts, readOptions, requireBoundaries, someSchedules } from "./options.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Schedules one after the other.
 *
 * With `k` updates before this one, the first schedule holds while `k < boundaries[0]`, the second
 * from there while `k < boundaries[1]`, and so on; the last never ends. Each starts at its own
 * first step when its turn comes.
 *
 * Source: `optax.join_schedules`; `torch.optim.lr_scheduler.SequentialLR`, whose `milestones` are
 * the boundaries. `optax.sgdr_schedule` is this of several {@link warmupCosine}; the
 * `transition_begin` of Optax' schedules is this after a {@link constant}.
 *
 * @param schedules - The schedules in order, at least one.
 * @param boundaries - Numbers of completed updates at which the next schedule takes over, counted
 * from the very first step: whole numbers, 1 or more, each above the one before, one fewer than the
 * schedules.
 * @throws {@link ScheduleError} if an entry is no schedule or no such number, or if their numbers
 * do not fit.
 * @example
 * ```ts
 * const lr = join([constant(0.1), linear({ initial: 0.1, final: 0.2, steps: 10 })], [100]);
 * lr(100); // 0.1
 * lr(106); // 0.15
 * lr(111); // 0.2
 * ```
 */
export function join(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  const read = readOptions(
    "join",
    { schedules, boundaries },
    { schedules: { is: someSchedules }, boundaries: { is: increasingCounts } },
  );
  const [parts, starts] = [read.schedules, read.boundaries];
  requireBoundaries("join", "schedules", parts.length, starts);
  return describe("join", read, (step) => {
    let part = starts.length;
    while (part > 0 && step <= starts[part - 1]!) part--;
    return parts[part]!(part === 0 ? step : step - starts[part - 1]!);
  });
}
