import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tickLabel, ticksOf } from "./ticks.ts";

describe("ticksOf", () => {
  it("takes powers of ten if an axis spans many", () => {
    expect(ticksOf([5e-5, 20], true, 6)).toEqual([1e-4, 1e-3, 0.01, 0.1, 1, 10]);
  });

  it("takes multiples if an axis spans few powers of ten", () => {
    expect(ticksOf([0.23, 2.4], true, 7)).toEqual([0.3, 0.5, 0.7, 1, 1.5, 2]);
  });

  it("takes linear steps within a part of a decade", () => {
    expect(ticksOf([0.41, 0.46], true, 5)).toEqual([0.41, 0.42, 0.43, 0.44, 0.45, 0.46]);
  });

  it("skips powers if there is no room for all", () => {
    expect(ticksOf([1e-12, 1e12], true, 4).length).toBeLessThanOrEqual(8);
  });

  it("takes round steps on a linear axis", () => {
    expect(ticksOf([0, 940], false, 5)).toEqual([0, 200, 400, 600, 800]);
  });

  it("terminates, with ordered values within the axis, for any ends", () => {
    const end = fc.double();
    fc.assert(
      fc.property(fc.tuple(end, end), fc.boolean(), fc.integer({ min: 2, max: 12 }), check),
      // Each of these did not terminate, or D3 refused it.
      {
        examples: [
          [[1, Infinity], true, 5],
          [[0, 1], true, 5],
          [[5e-324, 1e-323], false, 5],
        ],
      },
    );
    function check(ends: readonly [number, number], log: boolean, count: number) {
      const [low, high] = ends.toSorted((a, b) => a - b) as [number, number];
      const ticks = ticksOf([low, high], log, count);
      expect(ticks.every((tick) => tick >= low && tick <= high)).toBe(true);
      expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
      expect(ticks.length).toBeLessThanOrEqual(3 * count);
    }
  });
});

describe("tickLabel", () => {
  const log = { label: "lr", log: true, format: "number" } as const;

  it("writes small and large powers of ten as powers", () => {
    expect([1e-5, 1e-3, 1, 1e5].map((value) => tickLabel(value, log))).toEqual([
      "10⁻⁵",
      "0.001",
      "1",
      "10⁵",
    ]);
  });

  it("writes percent or integers if the axis says so", () => {
    expect(tickLabel(0.85, { ...log, log: false, format: "percent" })).toBe("85 %");
    expect(tickLabel(2000, { ...log, log: false, format: "integer" })).toBe("2,000");
  });
});
