import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { gradientOf, figure as muon } from "./muon.ts";
import { singularValues } from "./singularValues.ts";

/** Rounding: sums of a hundred steps, in float64. */
const digits = 9;

describe("muon", () => {
  it("finds the singular values from which the gradient was made", () => {
    const values = singularValues(gradientOf(32));
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(32 ** (-k / 5), digits);
    });
    const turn = [Math.cos(1), -Math.sin(1), Math.sin(1), Math.cos(1)];
    expect(singularValues(turn)).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(singularValues([3, 0, 0, -4])).toEqual([4, 3]);
  });

  it("applies the polynomial to each of them, and leaves them near 1", () => {
    const state = { ...initialState(muon.controls), spread: 32 };
    const gradient = Array.from({ length: 6 }, (_, k) => 32 ** (-k / 5));
    const norm = Math.hypot(...gradient);
    const expected = gradient
      .map((value) => {
        let x = value / (norm + 1e-7);
        for (let i = 0; i < 5; i++) x = 3.4445 * x - 4.775 * x ** 3 + 2.0315 * x ** 5;
        return x;
      })
      .sort((a, b) => b - a);
    const found = muon.compute(state).muon;
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k]!, digits);
      expect(Math.abs(value - 1)).toBeLessThan(0.35);
    });
  });
});
