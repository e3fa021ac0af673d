import { describe, expect, it } from "vitest";
import {
  call,
  distance,
  gramOf,
  identity,
  matrix,
  product,
  random,
  transposed,
} from "../../../tests/support/matrices.ts";
import type { Kind } from "../graph/kinds.ts";
import type { Matrix } from "./matrix.ts";
import { signatures } from "./signatures.ts";

const kinds = (...names: string[]) => names as Kind[];
const basis = (n: number, seed: number): Matrix =>
  call("eigenvectors", [gramOf(random(n, n, seed))]);
const signs = (q: Matrix, sign: (column: number) => number): Matrix =>
  matrix(q.rows, q.cols, (i, j) => q.data[i * q.cols + j]! * sign(j));

describe("refreshBasis", () => {
  it("is orthonormal, also if s is singular", () => {
    for (const n of [0, 1, 2, 3, 10, 30]) {
      for (const rank of [0, 1, n]) {
        const s = gramOf(random(n, rank, n));
        const q = call("refreshBasis", [s, basis(n, n + 7)]);
        expect(distance(product(transposed(q), q), identity(n))).toBeLessThan(1e-14);
      }
    }
  });

  it("has first columns that span the same space as the first columns of s q in order", () => {
    const n = 8;
    const [s, q] = [gramOf(random(n, n, 1)), basis(n, 2)];
    const { data: order } = call("eigenvalueOrder", [s, q], [], [n, 1]);
    const x = product(s, q);
    const sorted = matrix(n, n, (i, j) => x.data[i * n + order[j]!]!);
    const r = product(transposed(call("refreshBasis", [s, q])), sorted);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        expect(Math.abs(r.data[i * n + j]!)).toBeLessThan(1e-13);
      }
    }
  });

  it("converges to the eigenvectors when repeated", () => {
    const n = 5;
    const vectors = basis(n, 3);
    const diagonal = matrix(n, n, (i, j) => (i === j ? 10 ** -i : 0));
    const s = product(product(vectors, diagonal), transposed(vectors));
    let q = identity(n);
    for (let i = 0; i < 20; i++) {
      q = call("refreshBasis", [s, q]);
    }
    const overlap = product(transposed(q), vectors);
    // Each step leaves a tenth of the distance: the ratio of neighbouring eigenvalues.
    const absolute = { ...overlap, data: overlap.data.map(Math.abs) };
    expect(distance(absolute, identity(n))).toBeLessThan(1e-10);
  });

  it("keeps spans if the signs of q's columns change, as SOAP needs", () => {
    const n = 6;
    const [s, q] = [gramOf(random(n, n, 4)), basis(n, 5)];
    const turned = signs(q, (column) => (column % 2 === 0 ? 1 : -1));
    const [a, b] = [call("refreshBasis", [s, q]), call("refreshBasis", [s, turned])];
    const absolute = (x: Matrix) => ({ ...x, data: x.data.map(Math.abs) });
    expect(distance(absolute(a), absolute(b))).toBe(0);
    expect(call("eigenvalueOrder", [s, turned], [], [n, 1]).data).toEqual(
      call("eigenvalueOrder", [s, q], [], [n, 1]).data,
    );
  });

  it("is NaN if s is not finite", () => {
    const s = matrix(3, 3, (i, j) => (i + j === 4 ? NaN : 1));
    expect([...call("refreshBasis", [s, identity(3)]).data]).toEqual(Array(9).fill(NaN));
  });

  it("takes a matrix and a basis of the same kind", () => {
    expect(signatures.refreshBasis.kindOf(...kinds("left", "left"))).toBe("left");
    expect(signatures.refreshBasis.kindOf(...kinds("left", "right"))).toBeUndefined();
    expect(signatures.refreshBasis.kindOf(...kinds("element", "element"))).toBeUndefined();
  });
});

describe("eigenvalueOrder", () => {
  it("gives the column of the largest eigenvalue first, and keeps the order of equal ones", () => {
    const s = matrix(5, 5, (i, j) => (i === j ? [3, 1, 7, 3, 0][i]! : 0));
    const order = call("eigenvalueOrder", [s, identity(5)], [], [5, 1]);
    expect([...order.data]).toEqual([2, 0, 3, 1, 4]);
  });

  it("is a column on the left and a row on the right", () => {
    expect(signatures.eigenvalueOrder.kindOf(...kinds("left", "left"))).toBe("column");
    expect(signatures.eigenvalueOrder.kindOf(...kinds("right", "right"))).toBe("row");
    expect(signatures.eigenvalueOrder.kindOf(...kinds("left", "right"))).toBeUndefined();
    expect(signatures.eigenvalueOrder.kindOf(...kinds("element", "element"))).toBeUndefined();
  });
});

describe("reorder", () => {
  const x = matrix(3, 2, (i, j) => 10 * i + j);

  it("orders rows by a column of indices, columns by a row of them", () => {
    const rows = call("reorder", [x, matrix(3, 1, (i) => [2, 0, 1][i]!)]);
    expect([...rows.data]).toEqual([20, 21, 0, 1, 10, 11]);
    const columns = call("reorder", [x, matrix(1, 2, (_, j) => 1 - j)]);
    expect([...columns.data]).toEqual([1, 0, 11, 10, 21, 20]);
  });

  it("takes both for a matrix of one row", () => {
    const wide = matrix(1, 3, (_, j) => j + 1);
    expect([...call("reorder", [wide, matrix(1, 1, () => 0)]).data]).toEqual([1, 2, 3]);
    expect([...call("reorder", [wide, matrix(1, 3, (_, j) => 2 - j)]).data]).toEqual([3, 2, 1]);
    const tall = matrix(3, 1, (i) => i + 1);
    expect([...call("reorder", [tall, matrix(1, 1, () => 0)]).data]).toEqual([1, 2, 3]);
    expect([...call("reorder", [tall, matrix(3, 1, (i) => 2 - i)]).data]).toEqual([3, 2, 1]);
  });

  it("needs as many indices as there are rows or columns", () => {
    expect(signatures.reorder.kindOf(...kinds("element", "column"))).toBe("element");
    expect(signatures.reorder.kindOf(...kinds("element", "row"))).toBe("element");
    expect(signatures.reorder.kindOf(...kinds("left", "column"))).toBe("left");
    expect(signatures.reorder.kindOf(...kinds("left", "row"))).toBeUndefined();
    expect(signatures.reorder.kindOf(...kinds("transposed", "column"))).toBeUndefined();
    expect(signatures.reorder.kindOf(...kinds("row", "row"))).toBeUndefined();
  });
});
