import { ScheduleError } from "./options.ts";
import type { Schedule } from "./schedule.ts";

/** A schedule that is no pure function of the step, such as `reduceOnPlateau`. */
interface Stateful extends Schedule {
  state(): unknown;
  restore(state: unknown): void;
}

const isStateful = (value: unknown): value is Stateful =>
  typeof value === "function" && "state" in value && "restore" in value;

/**
 * Gives a schedule that is made of others their state: a list, in the order of the options, so that
 * checkpoints find `reduceOnPlateau` within `warmup` as well.
 */
export function passStateOn(kind: string, options: object, schedule: Schedule): Schedule {
  const inner = Object.values(options).flat().filter(isStateful);
  if (inner.length === 0) return schedule;
  return Object.assign(schedule, {
    state: () => inner.map((each) => each.state()),
    restore(saved: unknown) {
      if (!Array.isArray(saved) || saved.length !== inner.length) {
        throw new ScheduleError(kind, `a saved state is a list of ${inner.length}`);
      }
      for (const [index, each] of inner.entries()) each.restore(saved[index]);
    },
  });
}
