/** What a slider's positions are: values, or their logarithms. */
import type { RangeControl } from "./figure.ts";

/** A slider's position for a value, and back: by factors where the control says so. */
export const positionOf = (control: RangeControl, value: number): number =>
  control.log ? Math.log10(value) : value;
export const valueAt = (control: RangeControl, position: number): number =>
  control.log ? Number((10 ** position).toPrecision(3)) : position;

/** Between two positions of a slider. */
export const stepOf = ({ log, step }: RangeControl): number => (log ? Math.log10(step) : step);
