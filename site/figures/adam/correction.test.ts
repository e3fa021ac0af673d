import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { figure as correction } from "./correction.ts";

/** Rounding: sums of a hundred steps, in float64. */
const digits = 9;

describe("correction", () => {
  const start = initialState(correction.controls);

  it("takes the steps of the closed form without correction, and of one learning rate with it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -4, max: -0.31, noNaN: true }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (power, beta1) => {
          const forgetting = 10 ** power;
          const found = correction.compute({ ...start, forgetting, beta1 });
          found.without.forEach((length, i) => {
            const of = (beta: number) => 1 - beta ** (i + 1);
            // 1 - beta2^t has lost up to twelve of its 53 bits, and steps are differences of sums.
            const expected = of(beta1) / Math.sqrt(of(1 - forgetting));
            expect(Math.abs(length / expected - 1)).toBeLessThan(1e-8);
            expect(found.with[i]).toBeCloseTo(1, digits);
          });
        },
      ),
    );
  });

  it("gives the numbers in the text", () => {
    const { without } = correction.compute(start);
    expect(without[0]).toBeCloseTo(3.16, 2);
    expect(Math.max(...without)).toBeCloseTo(6.57, 2);
    expect(without.indexOf(Math.max(...without)) + 1).toBe(12);
    const longest = (state: object) =>
      Math.max(...correction.compute({ ...start, ...state }).without);
    expect(longest({ forgetting: 1e-4 })).toBeCloseTo(20.7, 1);
    expect(longest({ beta1: 0 })).toBeCloseTo(31.6, 1);
  });
});
