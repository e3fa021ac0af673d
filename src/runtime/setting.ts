/** A hyperparameter that can be set during a run: a schedule that returns the value set last, and saves it. */
import type { HyperValue, Schedule } from "../rule/definition.ts";
import type { StatefulSchedule } from "./state/state.ts";

export interface Setting extends StatefulSchedule {
  /** The value for a saved state, if it is a number. */
  readonly value: number | undefined;
  get(): HyperValue;
  set(value: number | Schedule): void;
}

const settings = new WeakSet<object>();

export const isSetting = (value: HyperValue | undefined): value is Setting =>
  typeof value === "function" && settings.has(value);

/** The value that was set, or given to the rule. */
export const givenAs = (value: HyperValue): HyperValue => (isSetting(value) ? value.get() : value);

/** What is saved for a number. */
interface Saved {
  readonly set: number;
}

export const isSet = (state: unknown): state is Saved =>
  typeof (state as Partial<Saved> | null | undefined)?.set === "number";

/** A schedule may have a state of its own. */
const stateful = (schedule: Schedule) => schedule as Schedule & Partial<StatefulSchedule>;

export function newSetting(initial: HyperValue): Setting {
  let current = initial;
  const setting = Object.assign(
    (step: number): number => (typeof current === "function" ? current(step) : Number(current)),
    {
      get: () => current,
      set: (value: number | Schedule) => void (current = value),
      state: (): unknown =>
        typeof current === "function" ? (stateful(current).state?.() ?? {}) : { set: current },
      restore: (saved: unknown) => {
        if (isSet(saved)) {
          current = saved.set;
        } else if (typeof current === "function") {
          stateful(current).restore?.(saved);
        }
      },
    },
  );
  Object.defineProperties(setting, {
    value: { get: () => (typeof current === "function" ? undefined : current) },
    name: { get: () => (typeof current === "function" ? current.name : "") },
  });
  settings.add(setting);
  return setting as unknown as Setting;
}
