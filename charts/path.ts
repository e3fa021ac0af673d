/** Paths of SVG that are no longer than they look. */

export type Pixel = readonly [across: number, down: number];
/**
 * A path through points, or so near to them that nobody sees it: `M8.1,20l.5-3`. From point to point it has the differences, which are
 * shorter than places, of tenths of pixels that are whole numbers: they add up to where each point is.
 */
export function pathThrough(points: readonly Pixel[]): string {
  let [x, y] = [0, 0];
  const parts = simplified(points).map(([across, down], i) => {
    const [toX, toY] = [Math.round(10 * across), Math.round(10 * down)];
    const [byX, byY] = [inTenths(toX - x), inTenths(toY - y)];
    [x, y] = [toX, toY];
    return `${i === 0 ? "M" : "l"}${byX}${byY.startsWith("-") ? "" : ","}${byY}`;
  });
  return parts.join("");
}

const inTenths = (count: number): string => String(count / 10).replace(/^(-?)0\./, "$1.");

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
