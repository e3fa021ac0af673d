import { describe, expect, it } from "vitest";
import {
  call,
  distance,
  gramOf,
  identity,
  matrix,
  product,
  random,
} from "../../../tests/support/matrices.ts";
import { rootOf } from "./inverseRoot.ts";

describe("inverseRoot", () => {
  it.each([1, 2, 3, 4, 5, 6, 8])("to the power %i, times s, is the identity", (order) => {
    for (const n of [1, 2, 5, 20]) {
      const s = gramOf(random(n, n + 3, n));
      const root = call("inverseRoot", [s], [order, 0.5]);
      let power = matrix(n, n, (i, j) => s.data[i * n + j]! + (i === j ? 0.5 : 0));
      for (let i = 0; i < order; i++) {
        power = product(root, power);
      }
      // The condition number of s is below 100 n here.
      expect(distance(power, identity(n))).toBeLessThan(n * 1e-13);
    }
  });

  it("is exactly symmetric", () => {
    const root = call("inverseRoot", [gramOf(random(9, 9, 2))], [4, 1e-6]);
    expect(root.data).toEqual(matrix(9, 9, (i, j) => root.data[j * 9 + i]!).data);
  });

  it("counts eigenvalues below zero as zero", () => {
    const s = matrix(2, 2, (i, j) => (i === j ? (i === 0 ? 16 : -1e-9) : 0));
    const [a, b, c, d] = call("inverseRoot", [s], [4, 1e-4]).data;
    expect([b, c]).toEqual([0, 0]);
    expect(a).toBeCloseTo((16 + 1e-4) ** -0.25, 14);
    expect(d).toBeCloseTo(10, 12);
  });

  it("of a zero matrix is the root of the ridge", () => {
    const root = call("inverseRoot", [matrix(3, 3, () => 0)], [2, 0.25]);
    expect(root.data).toEqual(matrix(3, 3, (i, j) => (i === j ? 2 : 0)).data);
    expect(call("inverseRoot", [matrix(0, 0, () => 0)], [2, 0.25]).data).toHaveLength(0);
  });

  it("is not finite if the matrix has no inverse", () => {
    expect(call("inverseRoot", [matrix(1, 1, () => 0)], [4, 0]).data[0]).toBe(Infinity);
    const odd = matrix(2, 2, (i, j) => (i + j === 2 ? NaN : 1));
    expect([...call("inverseRoot", [odd], [4, 1]).data]).toEqual(Array(4).fill(NaN));
  });

  it("refuses orders that are not whole numbers", () => {
    expect(() => call("inverseRoot", [identity(2)], [1.5, 0])).toThrow(
      "inverseRoot: order must be a whole number, 1 or more, got 1.5",
    );
    expect(() => call("inverseRoot", [identity(2)], [0, 0])).toThrow(RangeError);
  });
});

describe("the root of a number", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 12])("of order %i is within two roundings", (order) => {
    for (let exponent = -300; exponent <= 300; exponent += 7) {
      for (const x of [10 ** exponent, 3.7 * 10 ** exponent]) {
        const exact = x ** (1 / order);
        // `**` itself has an error of one rounding, and that of rounding 1 / order times log x.
        const slack = 3 + Math.abs(Math.log(x)) / order / 2;
        expect(Math.abs(rootOf(x, order) / exact - 1)).toBeLessThan(slack * 2 ** -52);
      }
    }
  });

  it("is exact for powers", () => {
    expect([rootOf(27, 3), rootOf(2 ** -50, 5), rootOf(1, 7), rootOf(64, 6)]).toEqual([
      3,
      2 ** -10,
      1,
      2,
    ]);
    expect([rootOf(0, 3), rootOf(Infinity, 3), rootOf(NaN, 3)]).toEqual([0, Infinity, NaN]);
  });
});
