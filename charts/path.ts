/** Paths of SVG that are no longer than they look. */
import { tidy } from "./axes.ts";

export type Pixel = readonly [across: number, down: number];
/** A path through points, or so near to them that nobody sees it. */
export const pathThrough = (points: readonly Pixel[]): string =>
  `M${simplified(points)
    .map(([across, down]) => `${tidy(across)},${tidy(down)}`)
    .join("L")}`;

/** Pixels by which a line may be beside the one that was found: less than is seen. */
const TOLERANCE = 0.15;

/**
 * A line with fewer points, none of the old ones further from it than the tolerance (Douglas and Peucker, 1973). Most points of a
 * curve are on a line with their neighbours, and a page has many curves.
 */
export function simplified(points: readonly Pixel[]): readonly Pixel[] {
  const first = points[0]!;
  const last = points.at(-1)!;
  let [furthest, square] = [0, TOLERANCE ** 2];
  // A saw of a thousand teeth has half a million distances: their squares are all that is compared.
  for (let i = 1; i < points.length - 1; i++) {
    const found = squareTo(first, last, points[i]!);
    if (found > square) {
      furthest = i;
      square = found;
    }
  }
  if (furthest === 0) return [first, last];
  const before = simplified(points.slice(0, furthest + 1));
  return [...before.slice(0, -1), ...simplified(points.slice(furthest))];
}

/** The square of a point's distance from the piece of a line between two others. */
function squareTo(from: Pixel, to: Pixel, point: Pixel): number {
  const across = to[0] - from[0];
  const down = to[1] - from[1];
  const x = point[0] - from[0];
  const y = point[1] - from[1];
  const square = across * across + down * down;
  const along = square === 0 ? 0 : (x * across + y * down) / square;
  const share = Math.min(1, Math.max(0, along));
  return (x - share * across) ** 2 + (y - share * down) ** 2;
}
