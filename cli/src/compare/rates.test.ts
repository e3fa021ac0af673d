import { describe, expect, it } from "vitest";
import { bestRate, gridAround, MOST_WIDENINGS, rateAt, type Tried, widened } from "./rates.ts";

describe("gridAround", () => {
  it("goes up and down by factors of √10, to three digits", () => {
    expect(gridAround(0.001)).toEqual([0.0001, 0.000316, 0.001, 0.00316, 0.01]);
    expect(gridAround(0.002)).toEqual([0.0002, 0.000632, 0.002, 0.00632, 0.02]);
  });

  it("gives the same grid around each of its rates", () => {
    expect(gridAround(0.00316)).toEqual([0.000316, 0.001, 0.00316, 0.01, 0.0316]);
    expect(gridAround(0.316)).toEqual([0.0316, 0.1, 0.316, 1, 3.16]);
  });
});

/** Sweeps losses with their minimum at 10^`exponent`, and widens without a limit. */
function sweep(center: number, lossAt: (lr: number) => number): Tried[] {
  const tried = gridAround(center).map((lr) => ({ lr, loss: lossAt(lr) }));
  for (let lr = widened(tried, center); lr !== undefined; lr = widened(tried, center)) {
    tried.push({ lr, loss: lossAt(lr) });
  }
  return tried.toSorted((a, b) => a.lr - b.lr);
}

describe("widened", () => {
  const bowl = (exponent: number) => (lr: number) => (Math.log10(lr) - exponent) ** 2;

  it.each([-3, -2, -1, 0, -4.5])("widens until the best rate, 10^%d, is not at the edge", (at) => {
    const tried = sweep(0.001, bowl(at));
    const best = bestRate(tried)!;
    expect(best).toBe(rateAt(1, 2 * at));
    expect(tried[0]!.lr).toBeLessThan(best);
    expect(tried.at(-1)!.lr).toBeGreaterThan(best);
  });

  it("adds nothing if the best rate is not at the edge", () => {
    expect(sweep(0.001, bowl(-3))).toHaveLength(5);
  });

  it("adds lower rates if all diverged", () => {
    const tried = sweep(0.1, (lr) => (lr > 2e-3 ? Number.POSITIVE_INFINITY : bowl(-4)(lr)));
    expect(bestRate(tried)).toBe(1e-4);
  });

  it("gives up after some rates", () => {
    expect(sweep(0.001, (lr) => -lr)).toHaveLength(5 + MOST_WIDENINGS);
    expect(sweep(0.001, () => Number.POSITIVE_INFINITY)).toHaveLength(5 + MOST_WIDENINGS);
  });
});

describe("bestRate", () => {
  it("takes the lowest of equal rates, and none if all diverged", () => {
    expect(
      bestRate([
        { lr: 1, loss: 2 },
        { lr: 0.1, loss: 2 },
        { lr: 3, loss: 4 },
      ]),
    ).toBe(0.1);
    expect(bestRate([{ lr: 1, loss: Number.POSITIVE_INFINITY }])).toBeUndefined();
  });
});
