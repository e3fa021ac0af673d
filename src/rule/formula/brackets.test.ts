/** Checks that formulas mean what the rule says: random ones are parsed back and evaluated exactly. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tests/support/properties.ts";
import { defineOptimizer } from "../define.ts";
import type { Rule } from "../definition.ts";
import { parse } from "../language/parser.ts";
import type { Expression } from "../language/syntax.ts";
import { latex } from "./latex.ts";
import { unicode } from "./unicode.ts";

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const values: Readonly<Record<string, Fraction>> = {
  a: { over: 3n, under: 7n },
  b: { over: -5n, under: 2n },
  c: { over: 11n, under: 13n },
};

const times = (x: Fraction, y: Fraction): Fraction => ({
  over: x.over * y.over,
  under: x.under * y.under,
});

function power(base: Fraction, exponent: bigint): Fraction {
  if (base.under === 0n) {
    return base;
  }
  const size = exponent < 0n ? -exponent : exponent;
  const raised = { over: base.over ** size, under: base.under ** size };
  return exponent < 0n ? { over: raised.under, under: raised.over } : raised;
}

/** The exact value. `under` becomes zero where something is divided by zero. */
function evaluate(expression: Expression): Fraction {
  switch (expression.form) {
    case "number":
      return { over: BigInt(expression.value), under: 1n };
    case "name":
      return values[expression.name]!;
    case "negation":
      return times({ over: -1n, under: 1n }, evaluate(expression.operand));
    case "binary": {
      const x = evaluate(expression.left);
      const y = evaluate(expression.right);
      switch (expression.symbol) {
        case "+":
          return { over: x.over * y.under + y.over * x.under, under: x.under * y.under };
        case "-":
          return { over: x.over * y.under - y.over * x.under, under: x.under * y.under };
        case "*":
          return times(x, y);
        case "/":
          return times(x, { over: y.under, under: y.over * (y.under === 0n ? 0n : 1n) });
        default:
          return power(x, y.over / y.under);
      }
    }
    case "call":
      throw new Error(`no value of ${expression.callee}`);
  }
}

const computed = (text: string): Fraction => evaluate(parse("read back", `p = ${text}`)[0]!.value);

function same(x: Fraction, y: Fraction): boolean {
  return x.under === 0n || y.under === 0n
    ? x.under === y.under
    : x.over * y.under === y.over * x.under;
}

/** Fully bracketed expressions of a, b, c and small numbers. */
const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.constantFrom("a", "b", "c", "2", "3", "10"),
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie("leaf"),
    fc
      .tuple(tie("expression"), fc.constantFrom("+", "-", "*", "*", "/", "/"), tie("expression"))
      .map(([x, sign, y]) => `(${x} ${sign} ${y})`),
    tie("expression").map((x) => `(-${x})`),
    fc.tuple(tie("expression"), fc.constantFrom("2", "3", "(-1)")).map(([x, n]) => `(${x} ^ ${n})`),
  ),
}));

const hyper = { a: 1, b: 1, c: 1 };
const ruleOf = (text: string): Rule =>
  defineOptimizer({ name: "example", hyper, rule: `h = a + b + c\np = ${text}` })();

/** Converts plain text back to the rule language: factors side by side are multiplied. */
function readUnicode(text: string): string {
  const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return text
    .replace(/^.*?= /, "")
    .replace(/\s+/g, " ")
    .replace(/⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (exponent) => {
      const digits = [...exponent].map((each) => (each === "⁻" ? "-" : raised.indexOf(each)));
      return `^(${digits.join("")})`;
    })
    .replaceAll("−", "-")
    .replaceAll(" · ", "*")
    .replace(/ ([-+/]) /g, "$1")
    .replaceAll(" ", "*");
}

/** The end of the group that opens at `start`. */
function endOfGroup(text: string, start: number): number {
  let depth = 0;
  for (let index = start; ; index++) {
    depth += text[index] === "{" ? 1 : text[index] === "}" ? -1 : 0;
    if (depth === 0) {
      return index;
    }
  }
}

function readLatex(text: string): string {
  const start = text.indexOf("\\frac{");
  if (start >= 0) {
    const middle = endOfGroup(text, start + 5);
    const end = endOfGroup(text, middle + 1);
    const over = text.slice(start + 6, middle);
    const under = text.slice(middle + 2, end);
    return readLatex(`${text.slice(0, start)}((${over})/(${under}))${text.slice(end + 1)}`);
  }
  return text
    .replace(/\\left|\\right/g, "")
    .replace(/\\,|\\cdot/g, "*")
    .replaceAll("{", "(")
    .replaceAll("}", ")");
}

describe("brackets", () => {
  it("in plain text are those that precedence needs", () => {
    fc.assert(
      fc.property(expression, (text) => {
        expect(same(computed(readUnicode(unicode(ruleOf(text)))), computed(text))).toBe(true);
      }),
      { ...runs(500), seed: 1 },
    );
  });

  it("in LaTeX are those that precedence needs", () => {
    fc.assert(
      fc.property(expression, (text) => {
        const [, right] = /&= (.*)\n/.exec(latex(ruleOf(text)))!;
        expect(same(computed(readLatex(right!)), computed(text))).toBe(true);
      }),
      { ...runs(500), seed: 2 },
    );
  });
});
