import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { constant } from "./constant.ts";
import { join } from "./join.ts";
import { piecewise } from "./piecewise.ts";

const values = [1, 3, 2];
const boundaries = [2, 6];

test("it jumps at its boundaries, as constants joined do", () => {
  const schedule = piecewise({ values, boundaries });
  const joined = join(values.map(constant), boundaries);
  for (let step = 1; step < 12; step++) expect(schedule(step)).toBe(joined(step));
});

test("it goes along lines or cosines, and holds the last value", () => {
  const steps = [1, 2, 3, 4, 5, 6, 7, 99];
  const lines = piecewise({ values, boundaries, interpolate: "linear" });
  expect(steps.map(lines)).toEqual([1, 2, 3, 2.75, 2.5, 2.25, 2, 2]);
  const cosines = piecewise({ values, boundaries, interpolate: "cosine" });
  const half = (1 + Math.SQRT1_2) / 2;
  expect(steps.map(cosines).map((value) => Number(value.toFixed(12)))).toEqual(
    [1, 2, 3, 2 + half, 2.5, 3 - half, 2, 2].map((value) => Number(value.toFixed(12))),
  );
});

test("interpolated, it never moves by more than the steepest of its lines", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
  const heights = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
    minLength: 6,
    maxLength: 6,
  });
  fc.assert(
    fc.property(lengths, heights, fc.boolean(), (widths, all, straight) => {
      const ends = widths.map((_, i) => widths.slice(0, i + 1).reduce((a, b) => a + b));
      const used = all.slice(0, widths.length + 1);
      const interpolate = straight ? "linear" : "cosine";
      const schedule = piecewise({ values: used, boundaries: ends, interpolate });
      const slopes = widths.map((width, i) => Math.abs(used[i + 1]! - used[i]!) / width);
      // A cosine is at most pi / 2 times as steep as its chord.
      const steepest = Math.max(...slopes) * (straight ? 1 : Math.PI / 2) + 1e-12;
      for (let step = 1; step < ends.at(-1)! + 3; step++) {
        expect(Math.abs(schedule(step + 1) - schedule(step))).toBeLessThanOrEqual(steepest);
      }
      for (const [i, end] of ends.entries()) expect(schedule(end + 1)).toBe(used[i + 1]);
    }),
    { ...runs(50), seed: 1 },
  );
});

test("values and boundaries must fit", () => {
  expect(() => piecewise({ values, boundaries: [2] })).toThrow(
    "piecewise: 3 values need 2 boundaries between them, not 1",
  );
  expect(() => piecewise({ values: [1, 2], boundaries: [] })).toThrow(
    "piecewise: 2 values need 1 boundary between them, not 0",
  );
  expect(() => piecewise({ values: [], boundaries: [] })).toThrow(
    "piecewise: option `values` is []; it must be an array of at least one finite number",
  );
  expect(() => piecewise({ values, boundaries, interpolate: "cubic" as never })).toThrow(
    'piecewise: option `interpolate` is "cubic"; it must be one of "none", "linear", "cosine"',
  );
});

test("changing the caller's arrays changes nothing", () => {
  const mine = [1, 2];
  const schedule = piecewise({ values: mine, boundaries: [1] });
  mine[0] = 9;
  expect(schedule(1)).toBe(1);
});
