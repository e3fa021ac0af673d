import type { Schedule } from "./schedule.ts";

/**
 * A value as messages and descriptions show it: numbers plain, strings quoted, schedules by their
 * description.
 */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name === "" ? "custom" : value.name;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/**
 * Names a schedule after what it does, for reports and the command line, and returns the same
 * function.
 *
 * @param kind - The function that made it: `"linear"`.
 * @param options - Its options, defaults filled in, in the order to show them.
 * @param schedule - The function to name; its `name` becomes
 * `linear(from 0.1, to 0, steps 100)`.
 */
export function describe(kind: string, options: object, schedule: Schedule): Schedule {
  const parts = Object.entries(options).map(([option, value]) => {
    // JavaScript names an inline function after its property, so that `to: (step) => ...` would read "to to".
    const unnamed = typeof value === "function" && value.name === option;
    return `${option} ${unnamed ? "custom" : show(value)}`;
  });
  return Object.defineProperty(schedule, "name", { value: `${kind}(${parts.join(", ")})` });
}
