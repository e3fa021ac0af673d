/** Makes short SVG paths. */

export type Pixel = readonly [across: number, down: number];
/**
 * A path through points, without points that make no visible difference: `M8.1,20l.5-3`. After the first point it has
 * differences,
 * which are shorter than positions. They are whole tenths of pixels, so their sums are exact.
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

/** How far in pixels the simplified line may be from a point: too little to see. */
const TOLERANCE = 0.15;

/**
 * A line with fewer points, which is nowhere further from the old points than the tolerance (Douglas and Peucker, 1973). Most
 * points of a curve lie on a line with their neighbours, and a page has many curves.
 */
export function simplified(points: readonly Pixel[]): readonly Pixel[] {
  const first = points[0]!;
  const last = points.at(-1)!;
  let [furthest, square] = [0, TOLERANCE ** 2];
  // A line with a thousand zigzags needs half a million distances, so only their squares are compared.
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

/** The square of a point's distance from the segment between two others. */
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
