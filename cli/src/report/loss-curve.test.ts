import { describe, expect, it } from "vitest";
import { commonTarget, gained, type Reach, sayable, stepsTo } from "./loss-curve.ts";

const reach = (start: number, lowest: number): Reach => ({ start, lowest });

describe("commonTarget", () => {
  it("is the lowest loss that all reached, rounded up", () => {
    expect(commonTarget([reach(2.3, 0.21), reach(2.3, 0.412), reach(2.2, 0.331)])).toBe(0.42);
  });

  it("ignores an optimizer that made little progress", () => {
    expect(commonTarget([reach(2.3, 0.21), reach(2.3, 0.412), reach(2.3, 2.1)])).toBe(0.42);
  });

  it("works if a loss is negative", () => {
    expect(commonTarget([reach(1, -9.91), reach(1, -8.24)])).toBe(-8.2);
  });

  it("takes more digits if two would give the loss at the start", () => {
    expect(commonTarget([reach(2.3, 2.291), reach(2.3, 2.292)])).toBe(2.292);
  });

  it("is null if no curve got below its loss at the first step", () => {
    expect(commonTarget([reach(2.3, 2.3), reach(2.3, 2.3)])).toBeNull();
    expect(commonTarget([reach(0, 0), reach(0, 0)])).toBeNull();
  });

  it("is the loss of the only optimizer that made progress", () => {
    expect(commonTarget([reach(2.3, 2.3), reach(2.3, 0.5)])).toBe(0.5);
  });

  it("is null if there are not two to compare", () => {
    expect(commonTarget([])).toBeNull();
    expect(commonTarget([reach(2.3, 0.2)])).toBeNull();
  });
});

describe("sayable", () => {
  it("is never below the loss, nor at the start of one of the curves", () => {
    expect(sayable(0.43264, [reach(2, 0.1)], [4])).toBe(0.4327);
    expect(sayable(0.43264, [reach(2, 0.1), reach(0.4327, 0.2)], [4])).toBeUndefined();
  });
});

describe("gained", () => {
  it("is false if a curve never gets below its start", () => {
    expect(gained(reach(2.3, 2.2))).toBe(true);
    expect(gained(reach(2.3, 2.3))).toBe(false);
  });
});

describe("stepsTo", () => {
  it("is the first step at or below the target, or infinite", () => {
    const [x, loss] = [
      [10, 20, 30, 40],
      [2, 1, 1.5, 0.5],
    ];
    expect(stepsTo(x!, loss!, 1)).toBe(20);
    expect(stepsTo(x!, loss!, 0.99)).toBe(40);
    expect(stepsTo(x!, loss!, 0.1)).toBe(Number.POSITIVE_INFINITY);
  });
});
