import { expect, it } from "vitest";
import { millsRatio } from "./millsRatio.ts";

/** The Mills ratio by Laplace's continued fraction, which converges for x > 0. */
function byContinuedFraction(x: number): number {
  let fraction = 0;
  for (let k = 20_000; k > 0; k--) {
    fraction = k / (x + fraction);
  }
  return 1 / (x + fraction);
}

/** By the series of P(0 < X < x) / p(x), the sum of x^(2n + 1) / (1 * 3 * ... * (2n + 1)). */
function bySeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2) - sum;
}

it("is exact to 3e-9 of its value, near 0 and far out", () => {
  for (let x = 0; x < 2; x += 0.01) {
    expect(Math.abs(millsRatio(x) / bySeries(x) - 1)).toBeLessThan(3e-9);
  }
  for (let x = 1; x < 40; x += 0.05) {
    expect(Math.abs(millsRatio(x) / byContinuedFraction(x) - 1)).toBeLessThan(3e-9);
  }
});

it("knows the published values", () => {
  // P(X > x) for x = 1, 2 and 5: Abramowitz and Stegun, table 26.1.
  const tail = (x: number) => (millsRatio(x) * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  expect(millsRatio(0)).toBeCloseTo(Math.sqrt(Math.PI / 2), 8);
  expect(1 - tail(1)).toBeCloseTo(0.841344746068543, 8);
  expect(1 - tail(2)).toBeCloseTo(0.977249868051821, 8);
  expect(tail(5) / 2.866515719e-7).toBeCloseTo(1, 8);
});
