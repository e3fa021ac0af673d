/** Compares with LAPACK, SciPy and Optax; tests/reference/matrices.py makes the reference numbers. */
import { describe, expect, it } from "vitest";
import reference from "../../../tests/reference/matrices.json" with { type: "json" };
import { call, distance, largest, matrix } from "../../../tests/support/matrices.ts";
import type { Matrix } from "./matrix.ts";

/**
 * Both sides round about 20 times on the way to an element, and the condition numbers of the systems are
 * 10 to 100.
 */
const tolerance = 1e-13;

interface Written {
  readonly rows: number;
  readonly cols: number;
  readonly data: readonly number[];
}

const read = ({ rows, cols, data }: Written): Matrix =>
  matrix(rows, cols, (i, j) => data[i * cols + j]!);
const name = ({ rows, cols }: Written): string => `${rows} x ${cols}`;

/** The largest difference between elements, relative to the largest element. */
function differs(actual: Matrix, result: Written): number {
  const expected = read(result);
  return distance(actual, expected) / largest(expected);
}

describe("orthogonalize", () => {
  it.each(reference.orthogonalize.map((each) => ({ ...each, name: name(each.x) })))(
    "of $name agrees with Optax",
    ({ x, numbers, result }) => {
      expect(differs(call("orthogonalize", [read(x)], numbers), result)).toBeLessThan(tolerance);
    },
  );
});

describe("eigenvectors", () => {
  it.each(reference.eigenvectors.map((each) => ({ ...each, name: name(each.s) })))(
    "of $name are LAPACK's but for signs",
    ({ s, result }) => {
      const [actual, expected] = [call("eigenvectors", [read(s)]), read(result)];
      const n = s.rows;
      const sign = Array.from({ length: n }, (_, column) => {
        let dot = 0;
        for (let i = 0; i < n; i++) {
          dot += actual.data[i * n + column]! * expected.data[i * n + column]!;
        }
        return Math.sign(dot);
      });
      const turned = matrix(n, n, (i, j) => sign[j]! * actual.data[i * n + j]!);
      expect(differs(turned, result)).toBeLessThan(tolerance);
    },
  );
});

describe("inverseRoot", () => {
  it.each(reference.inverseRoot.map((each) => ({ ...each, name: name(each.s) })))(
    "of $name and $numbers agrees with SciPy",
    ({ s, numbers, result }) => {
      expect(differs(call("inverseRoot", [read(s)], numbers), result)).toBeLessThan(tolerance);
    },
  );
});

describe("refreshBasis", () => {
  it.each(reference.refreshBasis.map((each) => ({ ...each, name: name(each.s) })))(
    "of $name is LAPACK's, signs included, in the order that eigenvalueOrder gives",
    ({ s, q, order, result }) => {
      const operands = [read(s), read(q)];
      expect(differs(call("refreshBasis", operands), result)).toBeLessThan(tolerance);
      const found = call("eigenvalueOrder", operands, [], [s.rows, 1]);
      expect([...found.data]).toEqual(order);
    },
  );
});
