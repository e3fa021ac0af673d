import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { figure, floorOf } from "./schedules.ts";

const beginning = initialState(figure.controls);
const computed = (state: Partial<typeof beginning>) => figure.compute({ ...beginning, ...state });
const runOf = (name: string, state: Partial<typeof beginning> = {}) =>
  computed(state).runs.find((each) => each.name === name)!;

const curvatures = Array.from({ length: 128 }, (_, i) => 50 ** (i / 127 - 1));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("five ways to spend 300 steps", () => {
  it("have the rates of their formulas", () => {
    const share = (name: string, step: number) => runOf(name).shares[step - 1]!;
    expect(share("constant", 300)).toBe(1);
    expect(share("1/t", 31)).toBeCloseTo(1 / (1 + 30 / 10), 12);
    expect(share("exponential", 151)).toBeCloseTo(0.1, 12);
    expect(share("warm-up, cosine", 16)).toBeCloseTo(0.5, 12);
    expect(share("warm-up, cosine", 166)).toBeCloseTo(0.5, 12);
    expect(share("one cycle", 1)).toBeCloseTo(1 / 25, 12);
    expect(share("one cycle", 90)).toBeCloseTo(1, 12);
  });

  it("have the losses of the closed form if there is no noise", () => {
    const { runs } = computed({ noise: 0, lr: 0.7 });
    const initial = mean(curvatures);
    for (const { shares, losses } of runs) {
      const ends = curvatures.map((curvature) => {
        const distance = shares
          .slice(0, 300)
          .reduce((left, share) => left * (1 - 0.7 * share * curvature), 1);
        return curvature * distance ** 2;
      });
      expect(losses.at(-1)! / (mean(ends) / initial)).toBeCloseTo(1, 10);
    }
  });

  it("keep a noise floor that is nearly proportional to a constant rate", () => {
    for (const [lr, noise] of [
      [1, 0.3],
      [0.5, 1],
      [1.8, 0.5],
    ] as const) {
      const { floor } = computed({ lr, noise });
      const { losses } = runOf("constant", { lr, noise });
      // 100 steps of 128 directions, most of them independent within ten steps: about 1000 values of a square. Their mean is
      // within
      // 1 ± 0.15 with a probability of 99.9 %.
      expect(mean(losses.slice(200)) / floor).toBeGreaterThan(0.85);
      expect(mean(losses.slice(200)) / floor).toBeLessThan(1.15);
    }
    expect(floorOf(0.1, 1) / floorOf(0.05, 1)).toBeCloseTo(2, 1);
  });

  it("end as the article says: decay is better with noise, a constant rate without", () => {
    const end = (name: string, state: Partial<typeof beginning>) =>
      runOf(name, state).losses.at(-1)!;
    for (const name of ["1/t", "exponential", "warm-up, cosine", "one cycle"]) {
      expect(end(name, {})).toBeLessThan(end("constant", {}) / 5);
      expect(end(name, { noise: 1 })).toBeLessThan(end("constant", { noise: 1 }) / 5);
      expect(end(name, { noise: 0 })).toBeGreaterThan(end("constant", { noise: 0 }));
    }
  });
});
