/** What a run says: reasons and sentences, of wrong gradients, kinks and plateaus, and what differences are. */
import { describe, expect, it } from "vitest";
import { bfgs, checkGradient, lbfgs, minimize, nelderMead } from "../../src/minimize/index.ts";
import { extendedRosenbrock, rosenbrock, rosenbrockValue } from "./functions.ts";

describe("minimize says", () => {
  it("that it has converged by its gradient", () => {
    const result = minimize(rosenbrock, [-1.2, 1]);
    expect(result).toMatchObject({ reason: "gradient", converged: true, gradientBy: "given" });
    expect(result.gradientNorm).toBeLessThanOrEqual(1e-8);
    expect(result.x[0]).toBeCloseTo(1, 8);
  });

  it("that gradients are differences, and counts them", () => {
    let calls = 0;
    const f = (x: number[]) => {
      calls++;
      return rosenbrockValue(x);
    };
    const result = minimize(f, [-1.2, 1]);
    expect(result).toMatchObject({
      gradientBy: "differences",
      evaluations: calls,
      converged: true,
    });
    expect(result.x[0]).toBeCloseTo(1, 6);
    expect(minimize(f, [-1.2, 1], { method: nelderMead() }).gradientBy).toBe("none");
  });

  it("that the value can become no lower, where rounding hides the rest", () => {
    const f = ([x]: number[]) => ({ value: 1e10 + (x! - 1) ** 4, gradient: [4 * (x! - 1) ** 3] });
    const result = minimize(f, [3], { gradientTolerance: 1e-30 });
    expect(result).toMatchObject({ reason: "value", converged: true });
  });

  it.each([
    ["lbfgs", lbfgs()],
    ["bfgs", bfgs()],
  ])("that a gradient is wrong: %s", (_, method) => {
    const f = (x: number[]) => {
      const { value, gradient } = rosenbrock(x);
      return { value, gradient: gradient.map((g) => -g) };
    };
    const result = minimize(f, [-1.2, 1], { method });
    expect(result).toMatchObject({ reason: "wrongGradient", converged: false });
    expect(result.message).toContain("checkGradient");
    expect(result.x).toEqual([-1.2, 1]);
  });

  it("that values have a kink", () => {
    const f = ([x, y]: number[]) => ({
      value: Math.abs(x!) + (y! - 1) ** 2,
      gradient: [x! >= 0 ? 1 : -1, 2 * (y! - 1)],
    });
    const result = minimize(f, [0, 1]);
    expect(result).toMatchObject({ reason: "notSmooth", converged: false });
  });

  it("that values jump", () => {
    const f = ([x]: number[]) => ({ value: x! < 1 ? x! + 6 : x!, gradient: [1] });
    expect(minimize(f, [1])).toMatchObject({ reason: "notSmooth", converged: false, x: [1] });
  });

  it("that the start is flat", () => {
    const result = minimize(() => 1, [1, 2]);
    expect(result.message).toContain("plateau");
  });

  it("which element of the start's gradient is not finite", () => {
    const f = ({ a, b }: { a: number; b: number[] }) => ({
      value: a + b[0]!,
      gradient: { a: 1, b: [1, Number.NaN] },
    });
    expect(minimize(f, { a: 1, b: [2, 3] }).message).toContain("the gradient of `b[1]` is NaN");
  });
});

describe("differences", () => {
  it("are exact to ten digits, for unknowns of any size", () => {
    for (const size of [1e-9, 1, 1e9]) {
      const result = minimize(
        ([x]: number[]) => (x! / size - 2) ** 2 + Math.exp(x! / size),
        [size],
        { gradientTolerance: 0 },
      );
      const expected = minimize(
        ([x]: number[]) => ({
          value: (x! - 2) ** 2 + Math.exp(x!),
          gradient: [2 * (x! - 2) + Math.exp(x!)],
        }),
        [1],
      );
      expect(result.x[0]! / size).toBeCloseTo(expected.x[0]!, 6);
    }
  });
});

describe("checkGradient says", () => {
  it("which of named parameters is off", () => {
    const f = ({ a, b }: { a: number; b: number }) => ({
      value: a * a * b,
      gradient: { a: 2 * a * b, b: a },
    });
    expect(checkGradient(f, { a: 3, b: 0.7 }).message).toBe(
      "1 of 2 elements is off: `b` is 3, and should be 9",
    );
  });

  it("that a kink is one", () => {
    const f = ([x]: number[]) => ({ value: Math.abs(x!), gradient: [1] });
    expect(checkGradient(f, [0]).mismatches[0]).toMatchObject({ finding: "notSmooth" });
  });

  it("that a long vector is right, by a part of it", () => {
    const x = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i));
    const result = checkGradient(extendedRosenbrock, x, { maxElements: 50 });
    expect(result).toMatchObject({ ok: true, checked: 50 });
  });

  it("what it cannot see beside rounding", () => {
    const f = ([x]: number[]) => ({ value: 1e16 + x!, gradient: [1] });
    expect(checkGradient(f, [1])).toMatchObject({ ok: true, uncertain: 1 });
  });
});
