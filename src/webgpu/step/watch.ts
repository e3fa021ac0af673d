/** Watches schedules that may change between steps: settings, schedules with a state, and functions that ignore the step's number. */
import { isSetting } from "../../runtime/setting.ts";
import type { GpuExecution } from "../dispatches/execution.ts";
import type { AskedSchedule } from "./host.ts";

/** Functions whose results change when a schedule changes; none for a function of the step's number. */
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

  /** Whether a schedule has changed since the last call. Called after each step's row is written. */
  changed(): boolean {
    const now = this.#signs.map((sign) => sign());
    const changed = now.some((value, index) => value !== (this.#seen ?? now)[index]);
    this.#seen = now;
    return changed;
  }
}
