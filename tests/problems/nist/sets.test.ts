/** Whether NIST's sets are read as they are meant: with the certified parameters a model leaves the certified residuals. */
import { describe, expect, test } from "vitest";
import { regressions } from "./sets.ts";

test("there are 27", () => {
  expect(regressions).toHaveLength(27);
});

describe.each(regressions)("$name", ({ model, x, y, starts, certified }) => {
  test("leaves the certified sum of squares", () => {
    const { parameters, residualSumOfSquares, residualStandardDeviation } = certified;
    const residuals = x.map((each, i) => model(each, parameters) - y[i]!);
    const squares = residuals.reduce((total, r) => total + r * r, 0);
    // Lanczos1 is fitted to its last digit: what is left is rounding, of data with 13 digits and of parameters with 11.
    const tolerance = residualSumOfSquares < 1e-20 ? 1e-18 : 1e-8 * residualSumOfSquares;
    expect(Math.abs(squares - residualSumOfSquares)).toBeLessThan(tolerance);
    const freedom = x.length - parameters.length;
    expect(Math.sqrt(residualSumOfSquares / freedom) / residualStandardDeviation).toBeCloseTo(1, 8);
  });

  test("has two starts and a standard error for each parameter", () => {
    const { parameters, standardErrors } = certified;
    for (const each of [...starts, standardErrors]) {
      expect(each).toHaveLength(parameters.length);
      expect(each.every(Number.isFinite)).toBe(true);
    }
  });
});
