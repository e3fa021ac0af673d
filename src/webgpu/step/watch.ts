/** Schedules that may change between two steps: what is set, those with a state, and functions that take no step's number. */
import { isSetting } from "../../runtime/setting.ts";
import type { GpuExecution } from "../dispatches/execution.ts";
import type { AskedSchedule } from "./host.ts";

/** What tells whether a schedule has changed; nothing where it is a function of the step's number. */
function signOf({ schedule, value }: Omit<AskedSchedule, "index">): (() => unknown)[] {
  if (isSetting(schedule)) {
    return [
      schedule.get,
      () => {
        const set = schedule.get();
        return typeof set === "function" ? signOf({ schedule: set, value })[0]?.() : undefined;
      },
    ];
  }
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
