import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { best, figure, orders, xs, ys } from "./batch.ts";

/** Half the mean square of the errors. */
const lossAt = (slope: number, height: number): number =>
  xs.reduce((sum, x, i) => sum + (slope * x + height - ys[i]!) ** 2 / 2, 0) / xs.length;

describe("few exact steps, or many estimates", () => {
  it("read each example once in a pass", () => {
    for (const order of orders)
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
  });

  it("have the lowest loss at the line of least squares", () => {
    const least = lossAt(...best);
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer(), (by, angle) => {
        const moved = lossAt(best[0] + by * Math.cos(angle), best[1] + by * Math.sin(angle));
        // Sums of 64 numbers near 1 round in the fifteenth digit.
        expect(moved).toBeGreaterThanOrEqual(least - 1e-14);
      }),
    );
  });

  it("agree with a transcription", () => {
    const size = fc.constantFrom(1, 2, 4, 8, 16, 32, 64);
    fc.assert(
      fc.property(size, fc.double({ min: 0.01, max: 0.1, noNaN: true }), (size, lr) => {
        const { some, losses } = figure.compute({ size, lr });
        const read = orders.flat();
        let [slope, height] = [-1, -0.8];
        for (let at = 0; at < read.length; at += size) {
          const batch = read.slice(at, at + size);
          const errors = batch.map((i) => slope * xs[i]! + height - ys[i]!);
          slope -= (lr * errors.reduce((sum, error, k) => sum + error * xs[batch[k]!]!, 0)) / size;
          height -= (lr * errors.reduce((sum, error) => sum + error, 0)) / size;
        }
        expect(some.length).toBe(640 / size + 1);
        expect(some.at(-1)![0]).toBeCloseTo(slope, 12);
        expect(some.at(-1)![1]).toBeCloseTo(height, 12);
        expect(losses.some.at(-1)).toBeCloseTo(lossAt(slope, height) - lossAt(...best), 12);
      }),
    );
  });

  it("end as the article says", () => {
    const ends = (size: number, lr: number) => figure.compute({ size, lr }).losses;
    const settled = (losses: readonly number[]) => {
      const later = losses.slice(losses.length / 2);
      return later.reduce((sum, loss) => sum + loss, 0) / later.length;
    };
    const four = ends(4, 0.1);
    expect(four.all.at(-1)! / settled(four.some)).toBeGreaterThan(100);
    expect(ends(1, 0.1).some[40]).toBeLessThan(four.some[10]! / 10);
    expect(settled(ends(1, 0.3).some)).toBeGreaterThan(3 * settled(ends(1, 0.1).some));
  });
});
