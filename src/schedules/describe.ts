import type { Schedule } from "./schedule.ts";
import { show } from "./show.ts";
import { passStateOn } from "./stateful.ts";

/**
 * Names a schedule after what it does, for reports and the command line, passes on the state of schedules
 * among its options, and returns the same function.
 *
 * @param kind - The function that made it: `"linear"`.
 * @param options - Its options, defaults filled in, in the order to show them.
 * @param schedule - The function to name; its `name` becomes
 * `linear(initial 0.1, final 0, steps 100)`.
 */
export function describe(kind: string, options: object, schedule: Schedule): Schedule {
  const parts = Object.entries(options).map(([option, value]) => {
    // JavaScript names an inline function after its property, so that `peak: (step) => ...` would read "peak peak".
    const unnamed = typeof value === "function" && value.name === option;
    return `${option} ${unnamed ? "custom" : show(value)}`;
  });
  const named = Object.defineProperty(schedule, "name", { value: `${kind}(${parts.join(", ")})` });
  return passStateOn(kind, options, named);
}
