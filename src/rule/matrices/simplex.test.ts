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

/** The rounding error of twelve numbers below 600 that are added up. */
const rounding = 1e-11;

test("the result is not negative and adds up to the total", () => {
  fc.assert(
    fc.property(points, totals, (point, total) => {
      const found = simplexOf(point, total);
      expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(found.reduce((a, b) => a + b) - total)).toBeLessThan(rounding);
    }),
    runs(200),
  );
});

test("the result is the nearest point: the same amount is subtracted from every element that stays positive", () => {
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

test("equal elements share the total, whatever the shape", () => {
  const x = matrix(2, 3, () => -7);
  expect([...call("simplex", [x], [3]).data]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
});

test("the total is not lost beside large elements, whatever their sum", () => {
  expect(simplexOf([1e16, 0, -1e16], 1)).toEqual([1, 0, 0]);
  expect(simplexOf([1e16, 1e16, 3], 1)).toEqual([0.5, 0.5, 0]);
  expect(simplexOf([1.7e308, -1.7e308], 2)).toEqual([2, 0]);
  expect(simplexOf([-1e300, -1e300], 1)).toEqual([0.5, 0.5]);
});

test("a total of 0 makes all elements 0", () => {
  expect(simplexOf([3, -1, 3], 0)).toEqual([0, 0, 0]);
});
