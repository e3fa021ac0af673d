import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figure } from "./adagrad.ts";

describe("rates that only fall", () => {
  const every = fc.integer({ min: 1, max: 50 });
  const size = fc.double({ min: 0.01, max: 10, noNaN: true });
  const steps = fc.integer({ min: 1, max: 200 });

  it("are η over the root of the sum of squares", () => {
    fc.assert(
      fc.property(every, size, steps, (every, size, steps) => {
        const rates = figure.compute({ every, size, steps }).rates.at(-1)!;
        const seen = Math.ceil(steps / every);
        const changed = Math.min(steps, 100) + Math.max(0, steps - 100) * size ** 2;
        [steps, seen, changed].forEach((sum, i) => {
          expect(rates[i]! * Math.sqrt(sum)).toBeCloseTo(1, 12);
        });
      }),
    );
  });

  it("never rise", () => {
    fc.assert(
      fc.property(every, size, (every, size) => {
        const { rates } = figure.compute({ every, size, steps: 200 });
        rates.slice(1).forEach((now, i) => {
          now.forEach((rate, j) => {
            expect(rate).toBeLessThanOrEqual(rates[i]![j]!);
          });
        });
      }),
    );
  });

  it("end as the article says", () => {
    const rates = figure.compute({ every: 20, size: 0.1, steps: 200 }).rates;
    const [frequent, rare, changed] = rates.at(-1)!;
    expect(rare! / frequent!).toBeGreaterThan(4);
    expect(changed).toBeCloseTo(rates[99]![2]!, 2);
  });
});
