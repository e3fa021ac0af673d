import { describe, expect, test } from "vitest";
import { errorOf, message, optimizer } from "../../../tests/support/rules.ts";
import { fits, join, type Kind } from "./kinds.ts";

describe("kinds", () => {
  const kinds = ["uniform", "scalar", "row", "column", "element", "left", "right"] as const;

  test("broadcast upward and never down", () => {
    const above: Record<(typeof kinds)[number], readonly Kind[]> = {
      uniform: kinds,
      scalar: ["scalar", "row", "column", "element", "left", "right"],
      row: ["row", "element", "right"],
      column: ["column", "element", "left"],
      element: ["element"],
      left: ["left"],
      right: ["right"],
    };
    for (const from of kinds) {
      for (const to of kinds)
        expect(fits(from, to), `${from} to ${to}`).toBe(above[from].includes(to));
    }
  });

  test("of two operands is the smallest kind that both fit", () => {
    for (const a of kinds) {
      for (const b of kinds) {
        const candidates = kinds.filter((kind) => fits(a, kind) && fits(b, kind));
        const least = candidates.filter((kind) => candidates.every((other) => fits(kind, other)));
        expect([join(a, b)].filter(Boolean), `${a} and ${b}`).toEqual(least);
      }
    }
  });

  const example: Record<(typeof kinds)[number], string> = {
    uniform: "lr * 2 ^ t",
    scalar: "norm(g)",
    row: "colMean(g)",
    column: "rowMean(g)",
    element: "g",
    left: "matmul(g, transpose(g))",
    right: "matmul(transpose(g), g)",
  };

  test("a state takes values that fit its kind, and the error says which do not", () => {
    for (const kind of kinds) {
      for (const from of kinds) {
        const state = { r: { kind, initial: 0 } };
        const source = { state, rule: `r = ${example[from]}; u = g` };
        if (fits(from, kind)) {
          expect(() => optimizer(source), `${from} to ${kind}`).not.toThrow();
        } else {
          expect(message(source, 5)).toBe(
            `the state \`r\` is of kind ${kind}, but this value is of kind ${from}; ${fits(kind, from) ? "reduce it first" : "these kinds cannot be combined"}`,
          );
        }
      }
    }
  });

  test("g, u and p take any kind", () => {
    for (const name of ["g", "u", "p"]) {
      for (const value of kinds.filter((kind) => fits(kind, "element")).map((k) => example[k])) {
        expect(() => optimizer({ rule: `u = lr * g; ${name} = ${value}` })).not.toThrow();
      }
    }
  });

  test("a state's initial value must fit its kind", () => {
    const source = (kind: Kind) => ({ state: { r: { kind, initial: "p" } }, rule: "r = r; u = g" });
    expect(() => optimizer(source("element"))).not.toThrow();
    for (const kind of kinds.filter((each) => each !== "element")) {
      const error = errorOf(() => optimizer(source(kind)));
      expect(error.message).toContain(
        `a state of kind ${kind} cannot start from a value of kind element`,
      );
      expect([error.line, error.column]).toEqual([1, "initial = p".length]);
    }
  });

  test("operands that cannot be combined are underlined together", () => {
    const rule = (expression: string) => `u = g\nr = 2 * ${expression} + 1`;
    const both = "(r + g * matmul(g, transpose(g))) * 3";
    const state = { r: { kind: "row", initial: 0 } } as const;
    expect(message({ state, rule: rule(both) }, 14)).toBe(
      "values of kind element and left cannot be combined, element by element",
    );
    for (const [expression, column, problem] of [
      ["-(transpose(g) - r)", 10, "kind transposed and row cannot"],
      ["min(transpose(g), lr * g)", 9, "kind transposed and element cannot"],
      ["(transpose(g) < g)", 9, "kind transposed and element cannot"],
      ["rowSum(lr * r)", 9, "kind row has no rows"],
      ["colNorm(norm(g) + 1)", 9, "kind scalar has no cols"],
      ["rowSum(matmul(transpose(g), g))", 9, "kind right has no rows"],
      ["matmul(g, g)", 9, "`matmul` does not take element and element"],
      ["matmul(r, g)", 9, "`matmul` does not take row and element"],
      ["orthogonalize(g, 5, 1, 1, 1, r)", 9, "`eps` must be a number, not kind row"],
    ] as const) {
      expect(message({ state, rule: rule(expression) }, column), expression).toContain(problem);
    }
  });

  test("an expression over a state has the state's kind", () => {
    const state = { r: { kind: "row", initial: 0 }, c: { kind: "column", initial: 0 } } as const;
    expect(() =>
      optimizer({ state, rule: "r = 0.9 * r + colMean(g); c = c + 1; u = g" }),
    ).not.toThrow();
    expect(message({ state, rule: "r = c; c = 1; u = g" }, 5)).toContain("is of kind column");
    expect(message({ state, rule: "r = r + c; c = 1; u = g" }, 5)).toContain("is of kind element");
  });
});
