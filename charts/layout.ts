import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3-scale";
import type { Curve, Figure } from "./figure.ts";

/** How to draw a figure. */
export interface View {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** The series that are left out. */
  readonly hidden: ReadonlySet<number>;
  /** The series that a panel highlights, with the others in the background; `null` shows all alike. */
  readonly focus: number | null;
  /** Whether curves are named at their right end. */
  readonly labels: boolean;
}

/** The range of axes: beyond it, differences, ratios or steps may overflow or underflow. */
const [TINIEST, HUGEST] = [1e-150, 1e150];

export type Scale = ScaleContinuousNumeric<number, number>;

/** Maps the values of a figure to its drawing. */
export interface Layout {
  readonly figure: Figure;
  readonly view: View;
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly curves: readonly Curve[];
}

/** The width of a character in pixels, at the font size of the names at the ends of curves. */
const CHARACTER = 8.2;
/** Names with more characters are shortened at the ends of curves; the legend shows them whole. */
const LONGEST = 16;

/** A name as it is shown at the end of its curve. */
export function shortened(label: string): string {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}

export function layoutOf(figure: Figure, view: View, labels: readonly string[]): Layout {
  const curves = figure.curves.filter((curve) => !view.hidden.has(curve.series));
  const panel = view.focus !== null;
  const longest = Math.max(0, ...curves.map((curve) => shortened(labels[curve.series]!).length));
  const left = panel ? 34 : 46;
  const right = view.width - (view.labels ? 22 + longest * CHARACTER : 12);
  const top = panel ? 10 : 30;
  const bottom = view.height - (panel ? 22 : 42);
  return {
    figure,
    view,
    left,
    right,
    top,
    bottom,
    curves,
    // Clamped: on a logarithmic axis, 0 is at the left end.
    x: scale(figure.x.log, xDomain(figure, curves), [left, right]).clamp(true),
    y: scale(figure.y.log, yDomain(figure, curves), [bottom, top]),
  };
}

/** The height of a value in the drawing. Diverged values and those above the ceiling are at the top edge. */
export function heightOf(layout: Layout, value: number | null): number {
  return isOver(layout.figure, value) ? layout.top : layout.y(value!);
}

export function isOver(figure: Figure, value: number | null): boolean {
  return value === null || (figure.ceiling !== null && value > figure.ceiling);
}

function scale(log: boolean, domain: [number, number], range: [number, number]): Scale {
  return log ? scaleLog(domain, range) : scaleLinear(domain, range);
}

function xDomain(figure: Figure, curves: readonly Curve[]): [number, number] {
  const values = curves.flatMap((curve) => curve.x);
  if (!figure.x.log) {
    const high = Math.min(Math.max(0, ...values), HUGEST);
    return high > TINIEST ? [0, high] : [0, 1];
  }
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [1, 10];
  const [low, high] = rangeOf(positive, TINIEST);
  return [low / 1.25, high * 1.25];
}

function yDomain(figure: Figure, curves: readonly Curve[]): [number, number] {
  const values = curves
    .flatMap((curve) => [...curve.low, ...curve.high])
    .filter((value): value is number => !isOver(figure, value));
  if (values.length === 0) return figure.y.log ? [0.1, 1] : [0, 1];
  if (!figure.y.log) return linearDomain(values);
  const [low, high] = rangeOf(values, TINIEST);
  // Markers at the upper edge need more room than a curve.
  const room = (high / low) ** 0.04 * 1.01;
  return [low / room, high * (figure.points ? room ** 4 : room)];
}

/** The range of values, extended by a twentieth on each side. */
export function linearDomain(values: readonly number[]): [number, number] {
  const [low, high] = rangeOf(values, -HUGEST);
  const room = Math.max((high - low || Math.abs(high) || 1) * 0.05, TINIEST);
  return [low - room, high + room];
}

/** The smallest and the largest value, limited to the range of axes. */
function rangeOf(values: readonly number[], least: number): [number, number] {
  const held = (value: number) => Math.max(least, Math.min(HUGEST, value));
  // No spread arguments, because a call takes only so many.
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, held(value)), Math.max(high, held(value))],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
