/** Unknowns of any shape: the function gets, and the result has, the form of the start. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { square, sub, sum, valueAndGradient } from "../../src/autodiff/index.ts";
import { parameters } from "../../src/index.ts";
import { iterate, lbfgs, minimize } from "../../src/minimize/index.ts";
import { extendedRosenbrock } from "./functions.ts";

describe("unknowns", () => {
  it("are a number", () => {
    const { x } = minimize((x) => (x - 3) ** 2, 1);
    expectTypeOf(x).toEqualTypeOf<number>();
    expect(x).toBeCloseTo(3, 7);
  });

  it("are a list, which stays as it is", () => {
    const start = [1, 2];
    const { x } = minimize(([a, b]) => (a! - 3) ** 2 + (b! + 1) ** 2, start);
    expectTypeOf(x).toEqualTypeOf<number[]>();
    expect(x).toBeInstanceOf(Array);
    expect(x.map((each) => Math.round(each * 1e6) / 1e6)).toEqual([3, -1]);
    expect(start).toEqual([1, 2]);
  });

  it("are a typed array, whose gradient is filled in without a copy", () => {
    const start = new Float64Array(100).fill(-1);
    const { x, evaluations } = minimize(extendedRosenbrock, start);
    expectTypeOf(x).toEqualTypeOf<Float64Array>();
    expect(Math.max(...x.map((each) => Math.abs(each - 1)))).toBeLessThan(1e-6);
    expect(start[0]).toBe(-1);
    expect(evaluations).toBeLessThan(100);
  });

  it("have names, and parts with names", () => {
    const start = { circle: { centre: [0, 0], radius: 1 }, shift: new Float32Array([1, 2]) };
    const { x } = minimize(({ circle, shift }) => {
      expect(shift).toBeInstanceOf(Float64Array);
      const [a, b] = circle.centre;
      return (
        (a! - 1) ** 2 + (b! - 2) ** 2 + (circle.radius - 3) ** 2 + (shift[0]! - shift[1]!) ** 2
      );
    }, start);
    expectTypeOf(x.circle.radius).toEqualTypeOf<number>();
    expectTypeOf(x.shift).toEqualTypeOf<Float64Array>();
    expect(x.circle.centre[1]).toBeCloseTo(2, 6);
    expect(x.circle.radius).toBeCloseTo(3, 6);
    expect(x.shift[0]).toBeCloseTo(x.shift[1]!, 6);
  });

  it("are lists of lists", () => {
    const { x } = minimize(
      (rows) =>
        rows.reduce((sum, row, i) => sum + row.reduce((s, v, j) => s + (v - i - j) ** 2, 0), 0),
      [
        [5, 5],
        [5, 5],
      ],
    );
    expect(x.map((row) => row.map((each) => Math.abs(each).toFixed(5)))).toEqual([
      ["0.00000", "1.00000"],
      ["1.00000", "2.00000"],
    ]);
  });

  it("are parameters, which hold the best point behind each iteration", () => {
    const net = parameters({ w: [2, 2], b: [1] });
    net.w.data.fill(5);
    const f = ({ w, b }: typeof net, gradient: { w: Float64Array; b: Float64Array }) => {
      expect(w).toBe(net.w);
      let value = (b.data[0]! - 1) ** 2;
      gradient.b[0] = 2 * (b.data[0]! - 1);
      for (const [i, each] of w.data.entries()) {
        value += (each - i) ** 2 * (i + 1);
        gradient.w[i] = 2 * (each - i) * (i + 1);
      }
      return value;
    };
    for (const { x, value } of iterate(f, net, { method: lbfgs() })) {
      expect(x.w).toBe(net.w);
      expect(f(net, { w: new Float64Array(4), b: new Float64Array(1) })).toBeCloseTo(value, 3);
    }
    for (const [i, each] of net.w.data.entries()) expect(each).toBeCloseTo(i, 5);
  });

  it("have bounds of their form, or one for all", () => {
    const bounds = { lower: { a: 0, b: [-1, -1] }, upper: 10 };
    expect(() => minimize(({ a }) => a, { a: 1, b: [1, 1] }, { bounds })).toThrow("lbfgsb()");
  });
});

describe("the function", () => {
  it("may be one of `valueAndGradient`", () => {
    const bowl = valueAndGradient((x) => sum(square(sub(x, 3))));
    const { x, gradientBy } = minimize(bowl, new Float64Array(4));
    expect(gradientBy).toBe("given");
    for (const each of x) expect(each).toBeCloseTo(3, 8);
  });

  it("gets no second argument if it does not declare one, as for a gradient", () => {
    const counts = new Set<number>();
    minimize((...given: [number]) => {
      counts.add(given.length);
      return (given[0] - 3) ** 2;
    }, 1);
    expect([...counts]).toEqual([1]);
  });
});
