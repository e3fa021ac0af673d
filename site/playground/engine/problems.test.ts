/** Whether it is said where a rule is wrong, whatever is typed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { functions } from "../../../src/rule/language/functions.ts";
import { fixesOf } from "../editor/fixes.ts";
import { initialState, type RuleEntry, type SurfaceGround } from "../state.ts";
import { checkEntry, checkGround } from "./check.ts";

const ruleOf = (rule: string): RuleEntry => ({
  ...{ kind: "rule", name: "mine", rule, hyper: { lr: 0.1, beta: 0.9 }, ranges: {} },
  state: { m: { kind: "element", initial: 0 } },
});

const check = (rule: string) => checkEntry(initialState, ruleOf(rule));

describe("a rule", () => {
  it("is right where it is", () => {
    expect(check("m = beta * m + g\nu = m")).toBeUndefined();
  });

  it.each([
    ["m = beta * m + g\nu = n", "unknown name `n`", "n"],
    ["m = beta * m + g\nu = beta3 * m", "unknown name `beta3`; did you mean `beta`?", "beta3"],
    ["m = beta * m + g\nu = sqrt(m, 2)", "`sqrt(x)` was given 2 operands", "sqrt(m, 2)"],
    ["m = m + g\nu = m ** 2", "a power is `a ^ b`, not `a ** b`", "**"],
    ["m = g\nbeta = 2\nu = m", "`beta` is a hyperparameter; a rule cannot assign it", "beta"],
  ])("%j is wrong, and it is said where", (rule, message, marked) => {
    const problem = check(rule)!;
    expect(problem.message).toBe(message);
    const { start, end } = problem.span!;
    expect(rule.slice(start, end)).toBe(marked);
    expect(start).toBe(
      rule.indexOf(
        marked,
        rule.indexOf("\n") > 0 && !marked.startsWith("beta") ? rule.indexOf("\n") : 0,
      ),
    );
  });

  it("whose mistake is in the start of a state has no place in its text", () => {
    const entry = {
      ...ruleOf("m = beta * m + g\nu = m"),
      state: { m: { kind: "element", initial: "foo" } },
    };
    const { message, span } = checkEntry(initialState, entry)!;
    expect(message).toContain("unknown name `foo`");
    expect(span).toBeUndefined();
  });

  it("that names what is not known can be mended", () => {
    expect(fixesOf(check("m = g\nu = m + k")!.message)).toEqual([
      { kind: "hyper", name: "k", label: "Make k a hyperparameter" },
      { kind: "state", name: "k", label: "Make k a state" },
    ]);
    expect(fixesOf(check("m = g\nu = m ** 2")!.message)).toEqual([]);
  });

  it("that does not use what it has can do without", () => {
    expect(fixesOf(check("m = m + g\nu = m")!.message)).toEqual([
      { kind: "remove", name: "beta", label: "Remove beta" },
    ]);
    expect(fixesOf(check("u = beta * g")!.message)).toEqual([
      { kind: "remove", name: "m", label: "Remove m" },
    ]);
  });

  it("gives a problem within it or none, whatever it is", () => {
    const words = "u g p t m lr beta x = + - * / ^ % < <= == ( ) , ; 1 .5 2e3 # $ \n".split(" ");
    const soup = fc
      .array(fc.constantFrom(...words, ...Object.keys(functions)), { maxLength: 40 })
      .map((each) => each.join(" "));
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      soup,
      soup.map((each) => `u = ${each}`),
    );
    fc.assert(
      fc.property(texts, (rule) => {
        const problem = check(rule);
        if (problem === undefined) return;
        expect(problem.message).not.toBe("");
        const { start, end } = problem.span ?? { start: 0, end: 0 };
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(rule.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a formula", () => {
  const ground = (formula: string): SurfaceGround => ({
    ...{ kind: "surface", surface: "own", formula, start: [1, 1], noise: 0 },
    view: { x: [-1, 1], y: [-1, 1] },
  });

  it.each([
    ["x^2 + foo(y)", "unknown function `foo`", "foo"],
    ["x^2 + z", "unknown name `z`; a surface is a formula of `x` and `y`", "z"],
    ["x^2 +", "expected a number, a name or `(`, but the line ends here", ""],
    ["alert(1)", "unknown function `alert`", "alert"],
  ])("%j is wrong, and it is said where", (formula, message, marked) => {
    const problem = checkGround(ground(formula))!;
    expect(problem.message).toContain(message);
    expect(formula.slice(problem.span!.start, problem.span!.end)).toBe(marked);
  });

  it("is right where it is one of x and y", () => {
    expect(checkGround(ground("x^2 + sin(pi * y)"))).toBeUndefined();
  });
});
