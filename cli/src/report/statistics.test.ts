import { describe, expect, it } from "vitest";
import { bandOf, median, roundUp, spread, thin } from "./statistics.ts";

describe("median", () => {
  it("is the middle of an odd number, whatever the order", () => {
    expect(median([10, 1, 9])).toBe(9);
  });

  it("is the mean of the middle two of an even number", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("takes infinity as a value", () => {
    expect(median([1, Number.POSITIVE_INFINITY, 2])).toBe(2);
    expect(median([1, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
  });

  it("is not a number without values", () => {
    expect(median([])).toBeNaN();
  });
});

describe("spread", () => {
  it("gives the median and the range", () => {
    expect(spread([0.3, 0.1, 0.2])).toEqual({ median: 0.2, low: 0.1, high: 0.3 });
  });

  it("makes the median worse, not better, for a diverged seed", () => {
    expect(spread([0.1, 0.2, null])).toEqual({ median: 0.2, low: 0.1, high: 0.2 });
  });

  it("takes a missing number for a seed that diverged", () => {
    expect(spread([0.1, 0.2, Number.NaN])).toEqual({ median: 0.2, low: 0.1, high: 0.2 });
    expect(spread([0.1, Number.POSITIVE_INFINITY])).toBeNull();
  });

  it("is null if half of the seeds diverged, or none ran", () => {
    expect(spread([0.1, null, null])).toBeNull();
    expect(spread([0.1, null])).toBeNull();
    expect(spread([])).toBeNull();
  });
});

describe("bandOf", () => {
  const trace = (y: readonly number[], diverged = false) => {
    const steps = [10, 20, 30].slice(0, y.length);
    return { steps, x: steps, y, diverged };
  };

  it("takes median, lowest and highest at each step", () => {
    expect(bandOf([trace([3, 2, 1]), trace([5, 2, 3]), trace([4, 8, 2])])).toEqual({
      x: [10, 20, 30],
      median: [4, 2, 2],
      low: [3, 2, 1],
      high: [5, 8, 3],
    });
  });

  it("counts a diverged run as infinite after its end", () => {
    const band = bandOf([trace([3, 2, 1]), trace([4, 3, 2]), trace([5], true)]);
    expect(band.median).toEqual([4, 3, 2]);
    expect(band.high).toEqual([5, 3, 2]);
  });

  it("ends where most runs have diverged", () => {
    expect(bandOf([trace([3, 2, 1]), trace([4, 3], true), trace([5], true)]).x).toEqual([10, 20]);
  });

  it("leaves a run out where it simply has no value", () => {
    expect(bandOf([trace([3, 2, 1]), trace([5])]).median).toEqual([4, 2, 1]);
  });

  it("can leave out diverged runs, if it is unknown which values are worse", () => {
    const runs = [trace([0.1, 0.5, 0.8]), trace([0.1, 0.4, 0.6]), trace([0.1], true)];
    expect(bandOf(runs, "left out").median).toEqual([0.1, 0.45, 0.7]);
    expect(bandOf([runs[0]!, runs[2]!], "left out").x).toEqual([10]);
  });

  it("never goes back in time if a slow run diverges", () => {
    const timed = (pace: number, count: number, diverged: boolean) => {
      const steps = Array.from({ length: count }, (_, i) => i + 1);
      return { steps, x: steps.map((step) => step * pace), y: steps.map(() => 1), diverged };
    };
    const { x } = bandOf([timed(1, 6, false), timed(1, 6, false), timed(100, 3, true)]);
    expect(x).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("lies at the median of the runs' own x", () => {
    const steps = [1, 2];
    const timed = (x: readonly number[]) => ({ steps, x, y: [1, 1], diverged: false });
    expect(bandOf([timed([1, 2]), timed([3, 6]), timed([2, 3])]).x).toEqual([2, 3]);
  });
});

describe("thin", () => {
  const band = { x: [0, 1, 2, 3, 4, 5, 6], median: [9, 8, 7, 6, 5, 4, 3], low: [], high: [] };

  it("keeps the first and the last point of a long band", () => {
    const thinned = thin(band, 3);
    expect(thinned.x).toEqual([0, 3, 6]);
    expect(thinned.median).toEqual([9, 6, 3]);
  });

  it("does not change a short band", () => {
    expect(thin(band, 7)).toBe(band);
  });
});

describe("roundUp", () => {
  it.each([
    [0.2301, 0.24],
    [0.23, 0.23],
    [1.1, 1.1],
    [11, 11],
    [0.996, 1],
    [1234, 1300],
    [2.5e-7, 2.5e-7],
    [-0.123, -0.12],
    [0, 0],
  ])("%d becomes %d", (value, expected) => {
    expect(roundUp(value)).toBe(expected);
  });

  it("keeps the given number of digits", () => {
    expect(roundUp(0.43264, 4)).toBe(0.4327);
    expect(roundUp(2.3, 4)).toBe(2.3);
    expect(roundUp(12_345, 3)).toBe(12_400);
  });
});
