import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { figure } from "./rate.ts";

const beginning = initialState(figure.controls);
const computed = (state: Partial<typeof beginning>) => figure.compute({ ...beginning, ...state });

describe("one rate for two directions", () => {
  it("multiplies each distance by 1 - η times its curvature, in each step", () => {
    const lr = fc.double({ min: 0.001, max: 0.2, noNaN: true });
    const curvature = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(lr, curvature, fc.integer({ min: 0, max: 50 }), (lr, curvature, step) => {
        const { points, factors } = figure.compute({ lr, curvature });
        expect(factors.along).toBeCloseTo(1 - lr, 13);
        expect(factors.across).toBeCloseTo(1 - lr * curvature, 12);
        const [x, y] = points[step]!;
        const size = Math.abs(1 - lr * curvature) ** step;
        // Each step's subtraction rounds: a few units in the last place of the largest distance so far.
        const room = 1e-12 * Math.max(1, size);
        expect(Math.abs(x + 9 * (1 - lr) ** step)).toBeLessThan(1e-12);
        expect(Math.abs(y - 2 * (1 - lr * curvature) ** step)).toBeLessThan(room);
      }),
    );
  });

  it("diverges above 2 / curvature, and only there", () => {
    const across = (lr: number) => Math.abs(computed({ lr }).points.at(-1)![1]);
    expect(across(0.0999)).toBeLessThan(2);
    expect(across(0.1001)).toBeGreaterThan(2);
    expect(figure.says(computed({ lr: 0.104 }), { lr: 0.104, curvature: 20 })).toBe(
      "Each step multiplies θ₁ by 0.896 and θ₂ by −1.08; η is above 2/20 = 0.1: it diverges.",
    );
  });
});
