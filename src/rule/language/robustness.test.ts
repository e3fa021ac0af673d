import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { runs } from "../../../tests/support/properties.ts";
import { errorOf, optimizer, transform } from "../../../tests/support/rules.ts";
import { RuleError } from "../errors.ts";
import { defaultHyper } from "../hyper.ts";
import { programOf } from "../planning/prepare.ts";
import { functions } from "./functions.ts";
import { parse } from "./parser.ts";

const parseError = (text: string) => errorOf(() => parse("test", text));

describe("limits", () => {
  const nested = (depth: number, open: string, close: string) =>
    `u = ${open.repeat(depth)}g${close.repeat(depth)}`;

  it.each([
    ["parentheses", "(", ")"],
    ["calls", "sqrt(", ")"],
    ["minus", "-", ""],
    ["powers", "g^", ""],
  ])("%s may be nested 100 deep", (_, open, close) => {
    expect(parse("test", nested(100, open, close))).toHaveLength(1);
    expect(parseError(nested(101, open, close)).message).toContain(
      "expressions may be nested 100 deep",
    );
  });

  test("a line may have 1000 operators, a rule any number of such lines", () => {
    const line = (operators: number) => `u = g${" + g".repeat(operators)}`;
    expect(parse("test", `${line(1000)}\n${line(1000)}`)).toHaveLength(2);
    expect(parseError(line(1001)).message).toContain("a line may have 1000 operators");
  });

  test("a text with the most nesting, operators and lines is checked without exhausting the stack", () => {
    let inner = "g";
    for (let depth = 0; depth < 98; depth++) inner = `(g+g-g*g/g-${inner}+g%g^2-g)`;
    expect(() => optimizer({ rule: `u = ${inner}` })).not.toThrow();
    expect(() => optimizer({ rule: `u = ${"g + ".repeat(999)}g` })).not.toThrow();
    const lines = Array.from({ length: 3000 }, () => "a=a*a").join("\n");
    expect(() => optimizer({ rule: `a=g\n${lines}\nu=a` })).not.toThrow();
  });

  test("a rule may have 20,000 characters", () => {
    expect(parse("test", `u = g${" ".repeat(19_995)}`)).toHaveLength(1);
    const error = parseError(`u = g${"\n".repeat(19_996)}`);
    expect(error.message).toContain("the rule is longer than 20000 characters");
  });
});

/** Passes only if `make` succeeds, or throws a RuleError with a place inside the text. */
function survives(text: string, make: (text: string) => unknown): void {
  try {
    make(text);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const line = text.split("\n")[error.line - 1];
    if (line === undefined || error.column < 1 || error.column > line.length + 1) {
      throw new Error(`line ${error.line}, column ${error.column} is not in the text`);
    }
  }
}

const parsed = (text: string) => parse("test", text);

const words = "u g p t m lr x = + - * / ^ % < <= > >= == != ( ) , ; 1 .5 2e3 # $".split(" ");
const anyWord = fc.constantFrom(...words, ...Object.keys(functions), "\n", " ");

describe("any text gives statements or a RuleError at a place in it", () => {
  test("strings", () => {
    const text = fc.string({ unit: "binary", maxLength: 100 });
    fc.assert(
      fc.property(text, (each) => survives(each, parsed)),
      runs(150),
    );
  });

  test("random tokens", () => {
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 60 }), (tokens) =>
        survives(`u = ${tokens.join("")}`, parsed),
      ),
      runs(1500),
    );
  });

  test("long texts of few different tokens", () => {
    const few = fc.uniqueArray(anyWord, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 5000 }), (tokens, count) =>
        survives(`u = ${tokens.join(" ").repeat(Math.ceil(count / tokens.length))}`, parsed),
      ),
      runs(100),
    );
  });
});

describe("any formula gives a rule or a RuleError at a place in it", () => {
  /** Well-formed expressions over names of all kinds and types, many of which do not fit together. */
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("g", "p", "u", "t", "m", "r", "lr", "flag", "x", "2", "0.5", "zz", "size"),
      fc
        .tuple(
          tie("expression"),
          fc.constantFrom("+", "-", "*", "/", "%", "^", "<", ">=", "==", "!="),
          tie("expression"),
        )
        .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      tie("expression").map((a) => `-${a}`),
      fc
        .tuple(
          fc.constantFrom(...Object.entries(functions)),
          fc.array(tie("expression"), { minLength: 3, maxLength: 3 }),
          fc.integer({ min: 0, max: 20 }),
        )
        .map(([[name, { parameters }], operands, wrong]) => {
          // One call in 21 has an operand too many or too few.
          const count = wrong === 0 ? (parameters.length + 1) % 4 : parameters.length;
          return `${name}(${operands.slice(0, count).join(", ")})`;
        }),
    ),
  }));
  const line = fc
    .tuple(fc.constantFrom("u", "g", "p", "m", "r", "x", "y", "t", "sqrt"), expression)
    .map(([target, value]) => `${target} = ${value}`);
  const text = fc
    .array(line, { minLength: 1, maxLength: 4 })
    .map((lines) => `x = g\nm = x\nr = t\n${lines.join("\n")}\nu = where(flag, x, m)`);
  const state = { m: 0, r: { kind: "row", initial: 1 } } as const;
  const hyper = { flag: true };

  test("defined as a transform", () => {
    fc.assert(
      fc.property(text, (rule) => survives(rule, () => transform({ rule, state, hyper }))),
      runs(500),
    );
  });

  test("defined as an optimizer, composed, simplified and scheduled", () => {
    let scheduled = 0;
    const schedule = (rule: string, guard: boolean) => {
      const made = optimizer({ rule, state: { m: 0 }, hyper })();
      programOf(made, defaultHyper(made), guard);
      scheduled += 1;
    };
    fc.assert(
      fc.property(text, fc.boolean(), (lines, guard) => {
        // Without the row, so that more of the rules can be scheduled.
        const rule = lines.replace("r = t\n", "");
        survives(rule, () => schedule(rule, guard));
      }),
      runs(500),
    );
    expect(scheduled).toBeGreaterThan(50);
  });
});
