import { describe, expect, it } from "vitest";
import { figure } from "./units.ts";

type State = Parameters<typeof figure.compute>[0];
const result = (what: "the loss" | "the parameter", unit: number, follows = false) =>
  Object.fromEntries(
    figure.compute({ what, unit, follows } as State).map((each) => [each.name, each]),
  );

/** Zeiler's algorithm 1 on the figure's problem, with both units. */
function zeiler(lossUnit: number, unit: number, eps: number): readonly number[] {
  const rho = 0.95;
  let [theta, squares, steps] = [0, 0, 0];
  return Array.from({ length: 301 }, (_, t) => {
    if (t === 0) return 0;
    const gradient = (100 * (theta * unit - 1) * unit) / lossUnit;
    squares = rho * squares + (1 - rho) * gradient ** 2;
    const step = (-Math.sqrt(steps + eps) / Math.sqrt(squares + eps)) * gradient;
    steps = rho * steps + (1 - rho) * step ** 2;
    theta += step;
    return theta * unit;
  });
}

describe("steps and units", () => {
  it.each([
    ["the loss", 4, false, zeiler(4, 1, 1e-6)],
    ["the parameter", 4, false, zeiler(1, 4, 1e-6)],
    ["the parameter", 0.25, true, zeiler(1, 0.25, 1.6e-5)],
  ] as const)(
    "are AdaDelta's of the paper, with %s in another unit (%s)",
    (what, unit, follows, expected) => {
      result(what, unit, follows)["AdaDelta"]!.path.forEach((theta, i) => {
        expect(Math.abs(theta - expected[i]!)).toBeLessThan(1e-12);
      });
    },
  );

  it("change only for SGD if the loss has another unit", () => {
    for (const unit of [1 / 32, 0.25, 4, 32]) {
      const { SGD, AdaGrad, RMSprop, AdaDelta } = result("the loss", unit);
      expect(SGD!.first * unit).toBeCloseTo(1, 12);
      // Only ε remains, compared with gradients of 100 / unit.
      for (const each of [AdaGrad!, RMSprop!, AdaDelta!]) expect(each.apart).toBeLessThan(1e-5);
    }
  });

  it("change by the square of the parameter's unit for SGD, and by the unit for all others", () => {
    for (const unit of [0.25, 4]) {
      const { SGD, AdaGrad, RMSprop, AdaDelta } = result("the parameter", unit);
      expect(SGD!.first / unit ** 2).toBeCloseTo(1, 12);
      for (const each of [AdaGrad!, RMSprop!, AdaDelta!])
        expect(each.first / unit).toBeCloseTo(1, 5);
    }
  });

  it("are AdaDelta's as before if ε follows the parameter's unit", () => {
    for (const unit of [0.125, 0.25, 4, 8, 32])
      expect(result("the parameter", unit, true)["AdaDelta"]!.apart).toBeLessThan(1e-4);
  });

  it("begin with √(ε / (1 - ρ)) for AdaDelta, whatever the unit", () => {
    const first = (unit: number) => result("the parameter", unit)["AdaDelta"]!.path[1]! / unit;
    for (const unit of [0.25, 1, 4]) expect(first(unit)).toBeCloseTo(Math.sqrt(1e-6 / 0.05), 6);
  });
});
