import fc from "fast-check";
import { expect, test } from "vitest";
import { call, matrix } from "../../../tests/support/matrices.ts";
import { runs } from "../../../tests/support/properties.ts";

const points = fc.array(
  fc.integer({ min: -1e6, max: 1e6 }).map((each) => each / 1e4),
  { minLength: 1, maxLength: 12 },
);
const totals = fc.double({ min: 0.01, max: 500, noNaN: true });

const simplexOf = (point: readonly number[], total: number): number[] => [
  ...call("simplex", [matrix(1, point.length, (_, i) => point[i]!)], [total]).data,
];

/** What rounding may leave of numbers below 600, added up twelve times. */
const rounding = 1e-11;

test("what is left is not negative and adds up to the total", () => {
  fc.assert(
    fc.property(points, totals, (point, total) => {
      const found = simplexOf(point, total);
      expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(found.reduce((a, b) => a + b) - total)).toBeLessThan(rounding);
    }),
    runs(200),
  );
});

test("it is the nearest: as much is taken from every element that stays, and no more would do", () => {
  fc.assert(
    fc.property(points, totals, (point, total) => {
      const found = simplexOf(point, total);
      const taken = point.map((value, i) => value - found[i]!);
      const threshold = taken[found.findIndex((value) => value > 0)]!;
      for (const [i, value] of found.entries()) {
        if (value > 0) {
          expect(Math.abs(taken[i]! - threshold)).toBeLessThan(rounding);
        } else {
          expect(taken[i]!).toBeLessThan(threshold + rounding);
        }
      }
    }),
    runs(200),
  );
});

test("equal elements share the total, whatever the matrix' shape", () => {
  const x = matrix(2, 3, () => -7);
  expect([...call("simplex", [x], [3]).data]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
});
