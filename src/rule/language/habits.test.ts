import { describe, expect, it, test } from "vitest";
import { errorOf as caught, message, transform } from "../../../tests/support/rules.ts";
import { parse } from "./parser.ts";

/** The error's message, and the underlined text of the last line. */
function said(text: string): readonly [hint: string, underlined: string] {
  const error = caught(() => parse("test", text));
  const [head, shown, caret] = error.message.split("\n");
  const start = caret!.indexOf("^");
  return [head!.replace(/^test: line \d+, column \d+: /, ""), shown!.slice(start, caret!.length)];
}

describe("for JavaScript syntax, the error says what to write instead", () => {
  const indices = "a rule has no indices: `g`, `p` and state stand for all their elements at once";
  const without = (name: string, object: string) =>
    `functions in a rule belong to no object: write \`${name}\` without \`${object}.\``;
  it.each([
    ["u = g ** 2", "a power is `a ^ b`, not `a ** b`", "**"],
    ["u = g > 0 ? g : 0", "there is no `? :`: write `where(condition, a, b)`", "?"],
    ["m += g", "there is no `+=`: write `m = m + ...`", "m +="],
    ["m = g\np -= lr * m", "there is no `-=`: write `p = p - ...`", "p -="],
    ["m **= 2", "there is no `**=`: write `m = m ^ ...`", "m **="],
    ["i++", "there is no `++`: write `i = i + 1`", "i++"],
    ["u = i--", "there is no `--`: write `i = i - 1`", "i--"],
    ["let m = g", "a rule has no declarations: write `m = ...` without `let`", "let m"],
    ["const v = g", "a rule has no declarations: write `v = ...` without `const`", "const v"],
    ["const [m] = g", "a rule has no declarations: write `name = ...` without `const`", "const ["],
    ["{ u = g }", "a rule has no blocks: write one `name = expression` a line", "{"],
    ["u = g // the direction", "a comment starts with `#`", "//"],
    ["// Adam\nu = g", "a comment starts with `#`", "//"],
    ["u = g /* the direction */", "a comment starts with `#`", "/*"],
    ["u = g / Math.sqrt(v)", without("sqrt", "Math"), "Math.sqrt"],
    ["u = np.abs(g)", without("abs", "np"), "np.abs"],
    ["u = Math.pow(g, 2)", "there is no `Math.pow` in a rule: write `a ^ b`", "Math.pow"],
    ["u = Math.PI * g", "there is no `Math.PI` in a rule: write `3.141592653589793`", "Math.PI"],
    [
      "u = state.m",
      "names in a rule have no dot: write the plain name of the function, option or state",
      "state.m",
    ],
    [
      "u = where(g > 0 && p > 0, g, 0)",
      "to combine conditions, nest `where`: write `where(a, where(b, x, y), y)`",
      "&&",
    ],
    [
      "u = where(g > 0 || p > 0, g, 0)",
      "to combine conditions, nest `where`: write `where(a, x, where(b, x, y))`",
      "||",
    ],
    [
      "u = where(g > 0 and p > 0, g, 0)",
      "to combine conditions, nest `where`: write `where(a, where(b, x, y), y)`",
      "and",
    ],
    [
      "u = where(!nesterov, g, 0)",
      "to negate a condition, swap the values: write `where(condition, b, a)`",
      "!",
    ],
    ["u = where(t === 1, g, 0)", "write `==`, with one `=` less", "==="],
    ["u = where(t !== 1, g, 0)", "write `!=`, with one `=` less", "!=="],
    [
      "return g",
      "a rule has no `return`: write `u = ...` for the direction, or assign `p`",
      "return",
    ],
    ["if (t > 1) u = g", "a rule has no `if`: write `name = where(condition, a, b)`", "if"],
    [
      "u = (x) => x",
      "a rule cannot define functions: write each value as a line `name = ...`",
      "=>",
    ],
    ["u = g[0]", indices, "["],
    ["u = min(g; p)", "`;` ends a line: write `,` between a function's operands", "(g;"],
  ])("%j", (text, hint, underlined) => {
    expect(said(text)).toEqual([hint, underlined]);
  });
});

test("valid rules stay valid, and other mistakes keep their messages", () => {
  expect(() => parse("test", "let = g; if = let; u = if--let; x = a != b")).not.toThrow();
  expect(() => parse("test", "u = g; # a // b ? c && d ** 2")).not.toThrow();
  expect(said("u = g $ # a ** b")).toEqual(["unexpected character `$`", "$"]);
  expect(said("m = g ^ 2\nu = m $")).toEqual(["unexpected character `$`", "$"]);
  expect(said("u = (a--b")[0]).toMatch(/^expected `\)`/);
});

describe("operations that are NaN for negative gradients are refused", () => {
  const refusal = (written: string, better: string) =>
    `${written} of a gradient is NaN where the gradient is negative: write \`${better}\`, or \`where(x > 0, ..., 0)\` around it`;

  it.each([
    ["u = log(g)", 5, refusal("`log`", "log(abs(x))")],
    ["u = g / sqrt(g)", 9, refusal("`sqrt`", "sqrt(abs(x))")],
    ["h = -2 * g / 3; u = 1 + log(h * lr)", 25, refusal("`log`", "log(abs(x))")],
    ["u = g ^ 0.5", 5, refusal("`sqrt`", "sqrt(abs(x))")],
    ["u = g ^ 1.5", 5, refusal("such a power", "sign(x) * abs(x)^1.5")],
    ["u = where(log(g) > 0, g, 0)", 11, refusal("`log`", "log(abs(x))")],
    ["u = g; p = sqrt(g)", 12, refusal("`sqrt`", "sqrt(abs(x))")],
  ])("%s", (rule, column, problem) => {
    expect(message(rule, column)).toBe(problem);
  });

  it("also for a direction", () => {
    expect(caught(() => transform({ rule: "u = sqrt(u)" })).message).toContain("`sqrt` of a");
  });

  it.each([
    "u = log(abs(g))",
    "u = log(g^2)",
    "u = log(p)",
    "u = log(norm(g))",
    "u = g ^ 2 + g ^ -1",
    "u = log(1 + g)",
    "u = g * sqrt(lr)",
    "u = where(g > 0, log(g), 0)",
    "l = log(g); u = where(g > 0, l, where(g < -1, 0, l))",
  ])("and not %s", (rule) => {
    expect(() => transform({ hyper: rule.includes("lr") ? { lr: 1 } : {}, rule })).not.toThrow();
  });
});
