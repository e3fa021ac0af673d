/** Checks how exact the normal quantile function of the rule language is in each compiler. */
import { describe, expect, test } from "vitest";
import reference from "../../tests/reference/normalQuantile.json" with { type: "json" };
import { backends } from "../../tests/support/backends.ts";
import { programFor, runProgram } from "../../tests/support/kernels.ts";
import { elaborateFunction } from "../rule/graph/elaborate.ts";
import { normalQuantile } from "../rule/graph/normalQuantile.ts";
import { functions } from "../rule/language/functions.ts";
import type { Backend } from "./backend.ts";

const program = programFor((graph, slot) => ({
  out: elaborateFunction(
    "normalQuantile",
    normalQuantile,
    graph,
    new Map([["x", slot("p")]]),
    functions,
  ),
}));

const quantiles = (compiler: Backend, p: readonly number[]): ArrayLike<number> =>
  runProgram(compiler, program, { type: "float64", length: p.length, slots: { p } }).slots["out"]!;

describe.each(backends.map((compiler) => ({ name: compiler.name, compiler })))(
  "$name",
  ({ compiler }) => {
    test("is within 1e-15 of the quantile", () => {
      const actual = quantiles(compiler, reference.p);
      const errors = reference.quantile.map((exact, i) => {
        const error = actual[i]! - exact;
        return error === 0 ? 0 : Math.abs(error / exact);
      });
      expect(Math.max(...errors)).toBeLessThan(1e-15);
    });

    test("is exactly odd about one half", () => {
      // 1 - p is exact for multiples of 2^-53.
      const p = Array.from({ length: 500 }, (_, i) => (i + 1) * 2 ** -10 - 2 ** -53);
      const [below, above] = [p, p.map((x) => 1 - x)].map((x) => quantiles(compiler, x));
      expect(Array.from(above!, (x) => -x)).toEqual([...Array.from(below!)]);
    });
  },
);
