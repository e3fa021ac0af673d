/** The tree over ranks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { treeReduce } from "./reduce.ts";

const written = (count: number): string =>
  treeReduce(
    Array.from({ length: count }, (_, rank) => `${rank}`),
    (left, right) => `(${left} + ${right})`,
  );

test("neighbours come first, and what is left over goes up as it is", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(written)).toEqual([
    "0",
    "(0 + 1)",
    "((0 + 1) + 2)",
    "((0 + 1) + (2 + 3))",
    "(((0 + 1) + (2 + 3)) + 4)",
    "(((0 + 1) + (2 + 3)) + (4 + 5))",
    "(((0 + 1) + (2 + 3)) + ((4 + 5) + 6))",
  ]);
});

test("its first ranks, as many as a power of two, are the tree of so many", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), (count) => {
      const half = 2 ** Math.ceil(Math.log2(count) - 1);
      expect(written(count).startsWith(`(${written(half)} + `)).toBe(true);
    }),
  );
});
