import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { figure as axes } from "./axes.ts";

describe("axes", () => {
  const start = initialState(axes.controls);
  const distances = (state: Partial<typeof start>) => {
    const { sgd, adam } = axes.compute({ ...start, ...state });
    return { sgd: sgd.distance, adam: adam.distance };
  };
  /** The rounding of 80 steps with numbers below 10, each rounded at about 1e-16. */
  const rounding = 1e-12;

  it("keeps Adam on its path at any scale, and gradient descent at any angle", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.125, max: 8, noNaN: true }), (scale) => {
        expect(distances({ scale, angle: 0 }).adam).toBeLessThan(rounding);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 }), (angle) => {
        expect(distances({ scale: 1, angle }).sgd).toBeLessThan(rounding);
      }),
    );
  });

  it("is exact for powers of two", () => {
    for (const scale of [0.125, 0.5, 1, 4, 8]) expect(distances({ scale }).adam).toBe(0);
  });

  it("lets both leave their paths otherwise, Adam because of eps", () => {
    expect(distances({ scale: 8, angle: 0 }).sgd).toBeGreaterThan(1);
    expect(distances({ scale: 1, angle: 45 }).adam).toBeGreaterThan(1);
    expect(distances({ scale: 1, angle: 90 }).adam).toBeLessThan(rounding);
    expect(distances({ eps: "1" }).adam).toBeGreaterThan(0.1);
  });
});
