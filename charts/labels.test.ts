import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadApart } from "./labels.ts";

const at = (wanted: readonly number[], gap: number, low = 0, high = 1000) =>
  spreadApart(wanted, gap, low, high).map((placed) => placed.at);

describe("spreadApart", () => {
  it("leaves labels in place if they have room", () => {
    expect(at([100, 20, 60], 10)).toEqual([100, 20, 60]);
  });

  it("moves two colliding labels apart by half each", () => {
    expect(at([100, 104], 10)).toEqual([97, 107]);
  });

  it("keeps a block within the bounds", () => {
    expect(at([2, 1, 3], 10)).toEqual([10, 0, 20]);
    expect(at([99, 100], 10, 0, 100)).toEqual([90, 100]);
  });

  it("keeps order, distance and bounds for any wanted positions", () => {
    const heights = fc.array(fc.double({ min: -50, max: 450, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(heights, (wanted) => {
        const placed = [...spreadApart(wanted, 17, 0, 400)].sort((a, b) => a.at - b.at);
        placed.forEach((one, i) => {
          expect(one.at).toBeGreaterThanOrEqual(-1e-9);
          expect(one.at).toBeLessThanOrEqual(400 + 1e-9);
          if (i === 0) return;
          const before = placed[i - 1]!;
          expect(one.at - before.at).toBeGreaterThanOrEqual(17 - 1e-9);
          expect(one.wanted).toBeGreaterThanOrEqual(before.wanted);
        });
      }),
    );
  });
});
