import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figure } from "./rmsprop.ts";

const alpha = fc.double({ min: 0.5, max: 0.99, noNaN: true });
const now = fc.integer({ min: 1, max: 200 });

describe("a mean that forgets", () => {
  it("weights squares by 1 - α and a power of α: transcribed", () => {
    fc.assert(
      fc.property(alpha, now, (alpha, now) => {
        const { weights } = figure.compute({ alpha, size: 0.1, now });
        weights.forEach((weight, age) => {
          expect(weight / ((1 - alpha) * alpha ** age)).toBeCloseTo(1, 12);
        });
      }),
    );
  });

  it("is the sum of the squares times their weights", () => {
    fc.assert(
      fc.property(alpha, now, (alpha, now) => {
        const { squares, mean, weights } = figure.compute({ alpha, size: 0.1, now });
        const newestFirst = squares.toReversed();
        const weighted = newestFirst.reduce((sum, square, age) => sum + weights[age]! * square, 0);
        expect(mean.at(-1)! / weighted).toBeCloseTo(1, 12);
      }),
    );
  });

  it("is compared with a sum of all squares", () => {
    const { squares, sum } = figure.compute({ alpha: 0.9, size: 3, now: 200 });
    let total = 0;
    squares.forEach((square, i) => {
      total += square;
      expect(sum[i]! / total).toBeCloseTo(1, 12);
    });
  });

  it("behaves as the article says", () => {
    const { squares, mean, sum, weights } = figure.compute({ alpha: 0.9, size: 0.1, now: 200 });
    // Rates are 1 over the root: ten times as large at the end as before the change.
    const before = mean.slice(60, 100).reduce((a, b) => a + b) / 40;
    const after = mean.slice(160).reduce((a, b) => a + b) / 40;
    // Each is a mean of about 60 squares, with a standard error of a fifth: their ratio is within a factor of 2.
    expect(before / after).toBeGreaterThan(100 / 2);
    expect(before / after).toBeLessThan(100 * 2);
    expect(sum[199]! / sum[99]!).toBeLessThan(1.02);
    expect(weights.slice(0, 10).reduce((a, b) => a + b)).toBeCloseTo(1 - 0.9 ** 10, 12);
    // The first step is 1 / √(1 - α) times a step of size η.
    expect(Math.sqrt(squares[0]! / mean[0]!)).toBeCloseTo(1 / Math.sqrt(0.1), 12);
  });
});
