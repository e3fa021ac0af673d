import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Pixel, pathThrough, simplified } from "./path.ts";

const circle = Array.from({ length: 721 }, (_, i): Pixel => {
  const angle = (i * Math.PI) / 360;
  return [200 + 150 * Math.cos(angle), 200 + 150 * Math.sin(angle)];
});

/** The distance of a point from the nearest of 101 points on each part of a line: at most a hundredth of a part too long. */
function distanceTo(line: readonly Pixel[], [x, y]: Pixel): number {
  const from = (start: Pixel, end: Pixel) =>
    Array.from({ length: 101 }, (_, i) => {
      const at = (axis: 0 | 1) => start[axis] + (i / 100) * (end[axis] - start[axis]);
      return Math.hypot(x - at(0), y - at(1));
    });
  return Math.min(...line.flatMap((start, i) => from(start, line[i + 1] ?? start)));
}

describe("simplified", () => {
  it("removes points on a straight line", () => {
    const points: Pixel[] = [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 0],
    ];
    expect(simplified(points)).toEqual([points[0], points[2], points[3]]);
  });

  it("needs a fifth of the points of a circle, and is still round", () => {
    const fewer = simplified(circle);
    expect(fewer.length).toBeLessThan(721 / 5);
    for (const point of circle.filter((_, i) => i % 20 === 0))
      expect(distanceTo(fewer, point)).toBeLessThan(0.2);
  });

  it("keeps both ends of any line, and stays near each point", () => {
    const coordinate = fc.integer({ min: 0, max: 60 });
    const pixel = fc.tuple(coordinate, coordinate).map((pair): Pixel => pair);
    fc.assert(
      fc.property(fc.array(pixel, { minLength: 1, maxLength: 25 }), (points) => {
        const fewer = simplified(points);
        expect(fewer[0]).toEqual(points[0]);
        expect(fewer.at(-1)).toEqual(points.at(-1));
        // Parts are at most 85 long. Of 101 points on one, the nearest is at most 0.425 further away than the part itself.
        for (const point of points) expect(distanceTo(fewer, point)).toBeLessThan(0.15 + 0.43);
      }),
    );
  });

  it("keeps the points at which a line turns back on itself", () => {
    const points: Pixel[] = [
      [0, 0],
      [10, 0],
      [5, 0],
    ];
    expect(simplified(points)).toEqual(points);
  });
});

describe("pathThrough", () => {
  it("writes tenths of pixels, and differences after the first point", () => {
    expect(
      pathThrough([
        [0.04, 1.26],
        [10, 20],
      ]),
    ).toBe("M0,1.3l10,18.7");
  });

  it("is exact to a tenth at each point, however many differences there are", () => {
    const coordinate = fc.integer({ min: -30_000, max: 30_000 }).map((count) => count / 20);
    const pixel = fc.tuple(coordinate, coordinate).map((pair): Pixel => pair);
    fc.assert(
      fc.property(fc.array(pixel, { minLength: 1, maxLength: 25 }), (points) => {
        let [x, y] = [0, 0];
        const places = [...pathThrough(points).matchAll(/[Ml](-?[\d.]+),?(-?[\d.]+)/g)].map(
          (part) => {
            x += Number(part[1]);
            y += Number(part[2]);
            return [x, y] as const;
          },
        );
        const kept = simplified(points);
        expect(places.length).toBe(kept.length);
        places.forEach(([across, down], i) => {
          expect(Math.abs(across - kept[i]![0])).toBeLessThan(0.0501);
          expect(Math.abs(down - kept[i]![1])).toBeLessThan(0.0501);
        });
      }),
    );
  });

  it("marks a single point as a place without a line", () => {
    expect(pathThrough([[3, 4]])).toMatch(/^M3,4/);
  });
});
