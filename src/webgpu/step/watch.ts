/** Schedules that may change between two steps: those with a state, and functions that take no step's number. */
import type { GpuExecution } from "../dispatches/execution.ts";
import type { AskedSchedule } from "./host.ts";

/** What tells whether a schedule has changed; nothing where it is a function of the step's number. */
function signOf({ schedule, value }: AskedSchedule): (() => unknown)[] {
  const { state } = schedule as { readonly state?: () => unknown };
  if (typeof state === "function") {
    return [() => JSON.stringify(state())];
  }
  return schedule.length === 0 ? [value] : [];
}

export class Watch {
  readonly #signs: readonly (() => unknown)[];
  #seen: readonly unknown[] | undefined;

  constructor(executions: readonly GpuExecution[]) {
    this.#signs = executions.flatMap(({ host }) => host.schedules).flatMap(signOf);
  }

  /** Whether one has changed since this was asked last; asked behind each step's row. */
  changed(): boolean {
    const now = this.#signs.map((sign) => sign());
    const changed = now.some((value, index) => value !== (this.#seen ?? now)[index]);
    this.#seen = now;
    return changed;
  }
}
