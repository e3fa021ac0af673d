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

test("the total is not lost beside large elements, whatever they add up to", () => {
  expect(simplexOf([1e16, 0, -1e16], 1)).toEqual([1, 0, 0]);
  expect(simplexOf([1e16, 1e16, 3], 1)).toEqual([0.5, 0.5, 0]);
  expect(simplexOf([1.7e308, -1.7e308], 2)).toEqual([2, 0]);
  expect(simplexOf([-1e300, -1e300], 1)).toEqual([0.5, 0.5]);
});

test("of a total of 0 nothing is left", () => {
  expect(simplexOf([3, -1, 3], 0)).toEqual([0, 0, 0]);
});
