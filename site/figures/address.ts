/**
 * Reads and writes a figure's state in a page's address, `?valley.momentum=0.95`: the values that differ from the initial ones.
 */
import {
  type Control,
  type Controls,
  initialState,
  type RangeControl,
  type StateOf,
} from "./figure.ts";

/** The state of a figure's controls in an address. Missing or wrong values are the initial ones. */
export function readState<C extends Controls>(
  query: URLSearchParams,
  name: string,
  controls: C,
): StateOf<C> {
  const given = Object.entries(controls).flatMap(([key, control]) => {
    const text = query.get(`${name}.${key}`);
    const value = text === null ? undefined : readValue(text, control);
    return value === undefined ? [] : [[key, value]];
  });
  return { ...initialState(controls), ...Object.fromEntries(given) };
}

function readValue(text: string, control: Control): number | string | boolean | undefined {
  if (control.kind === "choice") return control.options.includes(text) ? text : undefined;
  if (control.kind === "toggle") return text === "1" || text === "0" ? text === "1" : undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= control.min && value <= control.max)) return undefined;
  return control.log ? value : stopAt(control, value);
}

/** The nearest value at which the slider stops: for a number of steps, a whole one. */
export function stopAt({ min, max, step }: RangeControl, value: number): number {
  const stopped = min + Math.round((value - min) / step) * step;
  return Number(Math.min(max, Math.max(min, stopped)).toPrecision(6));
}

/** Writes a state into an address, beside that of other figures. */
export function writeState<C extends Controls>(
  query: URLSearchParams,
  name: string,
  controls: C,
  state: StateOf<C>,
): void {
  for (const [key, { value }] of Object.entries(controls)) {
    const now = state[key as keyof C] as number | string | boolean;
    if (now === value) query.delete(`${name}.${key}`);
    else query.set(`${name}.${key}`, typeof now === "boolean" ? String(Number(now)) : String(now));
  }
}
