import { describe, expect, test } from "vitest";
import { message, optimizer } from "../../tests/support/rules.ts";
import { fits, join, type Kind } from "./kinds.ts";

describe("kinds", () => {
  const kinds: readonly Kind[] = ["uniform", "scalar", "row", "column", "element"];

  test("broadcast upward and never down", () => {
    const above: Record<Kind, readonly Kind[]> = {
      uniform: kinds,
      scalar: ["scalar", "row", "column", "element"],
      row: ["row", "element"],
      column: ["column", "element"],
      element: ["element"],
    };
    for (const from of kinds) {
      for (const to of kinds)
        expect(fits(from, to), `${from} to ${to}`).toBe(above[from].includes(to));
    }
  });

  test("of two operands is the least kind that both fit", () => {
    for (const a of kinds) {
      for (const b of kinds) {
        const candidates = kinds.filter((kind) => fits(a, kind) && fits(b, kind));
        const least = candidates.filter((kind) => candidates.every((other) => fits(kind, other)));
        expect([join(a, b)], `${a} and ${b}`).toEqual(least);
      }
    }
  });

  const example: Record<Kind, string> = {
    uniform: "lr * 2 ^ t",
    scalar: "norm(g)",
    row: "colMean(g)",
    column: "rowMean(g)",
    element: "g",
  };

  test("a state takes what fits its kind, and says what does not", () => {
    for (const kind of kinds) {
      for (const from of kinds) {
        const state = { r: { kind, initial: 0 } };
        const source = { state, rule: `r = ${example[from]}; u = g` };
        if (fits(from, kind)) {
          expect(() => optimizer(source), `${from} to ${kind}`).not.toThrow();
        } else {
          expect(message(source, 5)).toBe(
            `the state \`r\` is a ${kind}, but this value is of kind ${from}; reduce it first`,
          );
        }
      }
    }
  });

  test("g, u and p take any kind", () => {
    for (const name of ["g", "u", "p"]) {
      for (const value of Object.values(example)) {
        expect(() => optimizer({ rule: `u = lr * g; ${name} = ${value}` })).not.toThrow();
      }
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
