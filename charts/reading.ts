import type { Curve } from "./figure.ts";
import type { Layout } from "./layout.ts";

/** One measurement of one curve. */
export interface Reading {
  readonly curve: Curve;
  readonly index: number;
}

/** A curve without a measurement within so many pixels of a position has ended before it. */
const REACH = 14;
/** Learning rates closer together than so many pixels are read together. */
const SAME = 5;

/**
 * The measurement of each curve that is nearest to a horizontal position in the drawing, by ascending value with diverged ones
 * at the end. In a figure of single points, only those at the nearest `x` are read; in a panel, only its own curve.
 */
export function readingsAt(layout: Layout, position: number): readonly Reading[] {
  const { figure, view, left, right } = layout;
  const inside = Math.max(left, Math.min(right, position));
  const curves = layout.curves.filter(
    (curve) => curve.x.length > 0 && (view.focus === null || curve.series === view.focus),
  );
  const nearest = curves.map((curve) => {
    const distances = curve.x.map((x) => Math.abs(layout.x(x) - inside));
    const index = distances.indexOf(Math.min(...distances));
    return { curve, index, distance: distances[index]! };
  });
  const least = Math.min(...nearest.map(({ distance }) => distance));
  const reach = figure.points ? least + SAME : Math.max(least, REACH);
  const value = ({ curve, index }: Reading) => curve.median[index] ?? Number.POSITIVE_INFINITY;
  return nearest
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => (value(a) === value(b) ? 0 : value(a) - value(b)))
    .map(({ curve, index }) => ({ curve, index }));
}

/** The position of the readings: the `x` of the nearest one. */
export function placeOf(layout: Layout, readings: readonly Reading[], position: number): number {
  const xs = readings.map(({ curve, index }) => curve.x[index]!);
  const distance = (x: number) => Math.abs(layout.x(x) - position);
  return xs.reduce((best, x) => (distance(x) < distance(best) ? x : best));
}

/** The next position in the drawing with a measurement, to the left or the right; or the same position. */
export function neighbourOf(layout: Layout, position: number, direction: 1 | -1): number {
  const { focus } = layout.view;
  const positions = layout.curves
    .filter((curve) => focus === null || curve.series === focus)
    .flatMap((curve) => curve.x.map((x) => layout.x(x)));
  const beyond = positions.filter((other) => (other - position) * direction > 0.5);
  if (beyond.length === 0) return position;
  return direction === 1 ? Math.min(...beyond) : Math.max(...beyond);
}
