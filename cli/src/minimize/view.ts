/** The part of the plane to draw: the start, the minima, the paths and the bounds, without what is far away. */
import type { Minimized } from "./minimized.ts";

/** Both ends of an axis. */
export type Range = readonly [low: number, high: number];

/** How far from the rest a path may go and still be drawn completely, in sizes of the rest. */
const reach = 0.75;

export interface View {
  readonly x: Range;
  readonly y: Range;
}

export function viewOf({ problem, runs, bounds }: Minimized): View {
  const ends = runs
    .filter(({ result }) => result.converged)
    .map(({ path, result }) => (path.length > 0 ? result.x : problem.start));
  const core = [problem.start, ...problem.minima, ...ends];
  const inner = [0, 1].map((axis) => rangeOf(core.map((place) => place[axis]!)));
  const sizes = inner.map(([low, high]) => high - low);
  const widest = Math.max(...sizes) || Math.max(1, ...problem.start.map(Math.abs));
  const [x, y] = inner.map(([low, high], axis): Range => {
    // A path along one axis needs room along the other.
    const size = Math.max(sizes[axis]!, widest / 2);
    const middle = low / 2 + high / 2;
    const [from, to] = [middle - size * (0.5 + reach), middle + size * (0.5 + reach)];
    const ways = runs.flatMap(({ path }) => path.map((place) => place[axis]!));
    const edges = bounds === undefined ? [] : [bounds.lower[axis]!, bounds.upper[axis]!];
    const seen = [...ways, ...edges].filter(Number.isFinite);
    const reached = seen.map((value) => Math.min(Math.max(value, from), to));
    const [least, most] = rangeOf([middle - size / 2, middle + size / 2, ...reached]);
    const margin = 0.08 * (most - least);
    return [least - margin, most + margin];
  });
  return { x: x!, y: y! };
}

const rangeOf = (values: readonly number[]): Range =>
  values.reduce<Range>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
