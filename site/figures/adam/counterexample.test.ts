import { describe, expect, it } from "vitest";
import { adamByThePaper } from "../../../tests/support/adamByThePaper.ts";
import { initialState } from "../figure.ts";
import { figure as counterexample } from "./counterexample.ts";

/** Rounding: sums of a hundred steps, in float64. */
const digits = 9;

describe("counterexample", () => {
  const start = initialState(counterexample.controls);
  const ends = (state: Partial<typeof start>) => {
    const { adam, amsgrad } = counterexample.compute({ ...start, ...state });
    return { adam: adam.at(-1)!, amsgrad: amsgrad.at(-1)! };
  };

  it("goes where the paper's algorithm goes: to 1", () => {
    let at = 0;
    const { beta1, beta2 } = start;
    const move = adamByThePaper({ lr: 1, beta1, beta2, eps: 1e-8 });
    for (let step = 1; step <= 800; step++) {
      const by = (0.5 / Math.sqrt(step)) * move(step % 3 === 1 ? 3 : -1);
      at = Math.min(1, Math.max(-1, at + by));
    }
    const { adam, amsgrad } = ends({});
    expect(adam).toBeCloseTo(at, digits);
    expect(adam).toBeGreaterThan(0.97);
    expect(amsgrad).toBeLessThan(-0.98);
  });

  it.each([
    [{ beta2: 0.9 }, -1],
    [{ beta2: 0.9, every: 20, large: 25 }, 1],
    [{ beta2: 0.99, every: 20, large: 25 }, -1],
  ])("turns to %i with %j, while AMSGrad stays right", (state, side) => {
    const { adam, amsgrad } = ends(state);
    expect(adam * side).toBeGreaterThan(0.9);
    expect(amsgrad).toBeLessThan(-0.9);
  });
});
