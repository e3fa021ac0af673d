/** Maps values to positions of a slider. */
import type { RangeControl } from "./figure.ts";

/** A slider's position for a value, and the inverse: logarithmic if the control says so. */
export const positionOf = (control: RangeControl, value: number): number =>
  control.log ? Math.log10(value) : value;
export const valueAt = (control: RangeControl, position: number): number =>
  control.log ? Number((10 ** position).toPrecision(3)) : position;

/** The distance of two positions of a slider. */
export const stepOf = ({ log, step }: RangeControl): number => (log ? Math.log10(step) : step);
