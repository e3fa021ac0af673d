/** For tests: any state of a figure's controls. */
import fc from "fast-check";
import type { Control, LiveFigure, StateOf } from "./figure.ts";
import { positionOf, stepOf, valueAt } from "./slider.ts";

/** Any value of a control: both ends as often as values between. */
function valuesOf(control: Control): fc.Arbitrary<number | string | boolean> {
  if (control.kind === "toggle") return fc.boolean();
  if (control.kind === "choice") return fc.constantFrom(...control.options);
  const { min, max } = control;
  const [from, to] = [positionOf(control, min), positionOf(control, max)];
  const stops = Math.floor((to - from) / stepOf(control));
  const between = fc
    .integer({ min: 0, max: stops })
    .map((stop) => Math.max(min, Math.min(max, valueAt(control, from + stop * stepOf(control)))));
  return fc.oneof(fc.constantFrom(min, max), between);
}

export const statesOf = ({ controls }: LiveFigure): fc.Arbitrary<StateOf<LiveFigure["controls"]>> =>
  fc.record(
    Object.fromEntries(Object.entries(controls).map(([name, each]) => [name, valuesOf(each)])),
  ) as fc.Arbitrary<never>;
