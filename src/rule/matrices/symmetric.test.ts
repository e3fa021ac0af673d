import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  call,
  distance,
  gramOf,
  identity,
  largest,
  matrix,
  product,
  random,
  transposed,
} from "../../../tests/support/matrices.ts";
import { runs } from "../../../tests/support/properties.ts";
import type { Matrix } from "./matrix.ts";
import { decompose } from "./symmetric.ts";

const symmetric = (n: number, seed: number): Matrix => {
  const x = random(n, n, seed);
  return matrix(n, n, (i, j) => x.data[i * n + j]! + x.data[j * n + i]!);
};

/**
 * Each of the n reflections and about 2 n rows of rotations adds a few rounding errors relative to the largest
 * element. In practice these add up like sqrt(n). This leaves a factor of ten.
 */
const tolerance = (n: number) => 2 ** -52 * (10 + 10 * Math.sqrt(n));

function check(s: Matrix): void {
  const n = s.rows;
  const q = call("eigenvectors", [s]);
  expect(distance(product(transposed(q), q), identity(n))).toBeLessThan(tolerance(n));
  const turned = product(product(transposed(q), s), q);
  const size = largest(s) || 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j) {
        expect(Math.abs(turned.data[i * n + j]!) / size).toBeLessThan(n * tolerance(n));
      }
    }
    if (i > 0) {
      const fall = turned.data[(i - 1) * n + i - 1]! - turned.data[i * n + i]!;
      expect(fall / size).toBeGreaterThan(-n * tolerance(n));
    }
  }
}

describe("eigenvectors", () => {
  it("are orthonormal, make s diagonal, and begin with the largest eigenvalue", () => {
    for (const n of [0, 1, 2, 3, 4, 7, 16, 50]) {
      check(symmetric(n, n + 1));
    }
  });

  it("are so for any symmetric matrix, with elements of any magnitude", () => {
    const exponent = fc.integer({ min: -300, max: 300 });
    fc.assert(
      fc.property(fc.nat({ max: 12 }), fc.nat(), exponent, (n, seed, e) => {
        const s = symmetric(n, seed);
        check({ ...s, data: s.data.map((value) => value * 10 ** e) });
      }),
      runs(15),
    );
  });

  it("are so if magnitudes differ widely", () => {
    for (const base of [1e-5, 1e-40, 1e-160, 1e-300]) {
      check(matrix(6, 6, (i, j) => base ** Math.max(i, j)));
      check(matrix(6, 6, (i, j) => (i === 0 && j === 0 ? 1 : base * (1 + ((i * j) % 5)))));
    }
  });

  it("are so if eigenvalues are equal", () => {
    check(matrix(6, 6, () => 0));
    check(identity(9));
    check(matrix(5, 5, () => 1));
    check(gramOf(random(12, 3, 4)));
    check(matrix(8, 8, (i, j) => (i + j === 7 ? 1 : 0)));
  });

  it("are those of the smallest matrices", () => {
    expect([...call("eigenvectors", [matrix(1, 1, () => -3)]).data]).toEqual([1]);
    const swap = call("eigenvectors", [matrix(2, 2, (i, j) => (i === j ? i : 0))]);
    expect([...swap.data].map(Math.abs)).toEqual([0, 1, 1, 0]);
  });

  it("find the eigenvalues of the second difference matrix", () => {
    const n = 40;
    const s = matrix(n, n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
    const values = decompose(s)!.values.toSorted();
    values.forEach((value, k) => {
      const exact = 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2;
      expect(Math.abs(value - exact)).toBeLessThan(4 * tolerance(n));
    });
  });

  it("depend on the lower half alone", () => {
    const s = symmetric(6, 2);
    const half = matrix(6, 6, (i, j) => (j > i ? 99 : s.data[i * 6 + j]!));
    expect(call("eigenvectors", [half]).data).toEqual(call("eigenvectors", [s]).data);
  });

  it("are NaN if an element is not finite", () => {
    for (const odd of [NaN, Infinity, -Infinity]) {
      const s = matrix(3, 3, (i, j) => (i === 2 && j === 2 ? odd : 1));
      expect([...call("eigenvectors", [s]).data]).toEqual(Array(9).fill(NaN));
    }
  });

  it("in float32 are orthonormal up to one rounding of each element", () => {
    const q = call("eigenvectors", [gramOf(random(20, 20, 1), "float32")]);
    expect(q.data).toBeInstanceOf(Float32Array);
    const double = { ...q, data: Float64Array.from(q.data) };
    // Each sum of 20 products of elements of unit vectors has their rounding errors of 2^-24.
    expect(distance(product(transposed(double), double), identity(20))).toBeLessThan(2e-7);
  });
});
