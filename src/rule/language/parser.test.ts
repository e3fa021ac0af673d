import { describe, expect, it, test } from "vitest";
import { errorOf as caught } from "../../../tests/support/rules.ts";
import { showExpression } from "../../../tests/support/show.ts";
import { RuleError } from "../errors.ts";
import { parse } from "./parser.ts";

/** The tree of an expression, fully parenthesized. */
function tree(text: string): string {
  const [statement, ...rest] = parse("test", `u = ${text}`);
  expect(rest).toEqual([]);
  return showExpression(statement!.value);
}

const errorOf = (text: string) => caught(() => parse("test", text));

describe("precedence and associativity", () => {
  it.each([
    // Each operator with its neighbours in precedence.
    ["a + b * c", "(a + (b * c))"],
    ["a * b + c", "((a * b) + c)"],
    ["a - b % c", "(a - (b % c))"],
    ["a * b ^ c", "(a * (b ^ c))"],
    ["a ^ b * c", "((a ^ b) * c)"],
    ["a < b + c", "(a < (b + c))"],
    ["a + b >= c * d", "((a + b) >= (c * d))"],
    // Operators associate to the left, except powers.
    ["a - b - c", "((a - b) - c)"],
    ["a - b + c", "((a - b) + c)"],
    ["a / b / c", "((a / b) / c)"],
    ["a / b * c % d", "(((a / b) * c) % d)"],
    ["a ^ b ^ c", "(a ^ (b ^ c))"],
    // Minus binds less tightly than a power, and more tightly than a product.
    ["-a ^ b", "(-(a ^ b))"],
    ["a ^ -b", "(a ^ (-b))"],
    ["a ^ -b ^ c", "(a ^ (-(b ^ c)))"],
    ["-a * b", "((-a) * b)"],
    ["a * -b", "(a * (-b))"],
    ["a - -b", "(a - (-b))"],
    ["--a", "(-(-a))"],
    ["-a + b", "((-a) + b)"],
    // Parentheses.
    ["(a + b) * c", "((a + b) * c)"],
    ["((a))", "a"],
    ["a - (b - c)", "(a - (b - c))"],
    ["(a ^ b) ^ c", "((a ^ b) ^ c)"],
    ["(-a) ^ b", "((-a) ^ b)"],
    // Calls.
    ["f()", "f()"],
    ["f(a, b + c, g(d))", "f(a, (b + c), g(d))"],
    ["-f(a) ^ b", "(-(f(a) ^ b))"],
    ["where(a < b, c, d)", "where((a < b), c, d)"],
  ])("%s is %s", (text, expected) => {
    expect(tree(text)).toBe(expected);
  });

  it.each(["<", "<=", ">", ">=", "==", "!="])(
    "a %s b is one comparison, with or without spaces",
    (symbol) => {
      expect(tree(`a ${symbol} b`)).toBe(`(a ${symbol} b)`);
      expect(tree(`a${symbol}b`)).toBe(`(a ${symbol} b)`);
    },
  );
});

describe("numbers", () => {
  it.each([
    ["0", 0],
    ["10", 10],
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e-8", 1e-8],
    ["1E+3", 1000],
    ["2.5e3", 2500],
    [".5e1", 5],
    ["1e400", Number.POSITIVE_INFINITY],
    ["5e-324", 5e-324],
    ["0.1", 0.1],
  ])("%s", (text, value) => {
    const [statement] = parse("test", `u = ${text}`);
    expect(statement!.value).toMatchObject({ form: "number", value });
  });

  test("a name may not follow a number", () => {
    expect(errorOf("u = 2m").message).toBe(
      "test: line 1, column 6: expected an operator or the end of the line, found `m`\n" +
        "  u = 2m\n" +
        "       ^",
    );
    // This is not an exponent: `e` is a name.
    expect(errorOf("u = 1e").message).toContain("column 6: expected an operator");
  });
});

describe("lines", () => {
  test("a rule has one statement for each line, in order", () => {
    const statements = parse("test", "\n m = g\n\n\n u = m\n");
    expect(statements.map(({ target }) => target)).toEqual(["m", "u"]);
  });

  test("a semicolon ends a line as well", () => {
    const statements = parse("test", "m = g; u = m;");
    expect(statements.map(({ target }) => target)).toEqual(["m", "u"]);
  });

  test("carriage returns and tabs are spaces", () => {
    expect(parse("test", "m = g\r\n\tu\t=\tm\r\n").map(({ target }) => target)).toEqual(["m", "u"]);
  });

  test("what follows a # is a comment, to the end of the line", () => {
    expect(tree("a # + b ( $ ;")).toBe("a");
    expect(parse("test", "# nothing\n  # u = 1\n")).toEqual([]);
    expect(parse("test", "m = 1 # one\nu = 2")).toHaveLength(2);
  });

  test("a line continues inside parentheses, also after a comment", () => {
    expect(tree("(a # first\n + b\n\n) * f(\n c,\n d\n)")).toBe("((a + b) * f(c, d))");
    expect(tree("((a\n) + b\n)")).toBe("(a + b)");
  });

  test("a line does not continue outside of parentheses", () => {
    expect(errorOf("u = a\n  + b").message).toBe(
      "test: line 2, column 3: expected a line `name = expression`, found `+`\n  + b\n  ^",
    );
    expect(errorOf("u = a +\n  b").message).toBe(
      "test: line 1, column 8: expected a number, a name or `(`, but the line ends here\n" +
        "  u = a +\n" +
        "         ^",
    );
  });

  test("an empty text is a rule without lines", () => {
    for (const text of ["", "\n", "  ", ";;", "# only a comment"]) {
      expect(parse("test", text)).toEqual([]);
    }
  });
});

test("a span is from an expression's first character to after its last one", () => {
  const text = "u = f(a, (b + c)) ^ 2";
  const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
  const [{ targetSpan, value }] = parse("test", text) as [ReturnType<typeof parse>[0]];
  expect(cut(targetSpan)).toBe("u");
  expect(cut(value.span)).toBe("f(a, (b + c)) ^ 2");
  if (value.form !== "binary" || value.left.form !== "call") throw new Error("another tree");
  expect(cut(value.left.span)).toBe("f(a, (b + c))");
  expect(cut(value.left.calleeSpan)).toBe("f");
  expect(value.left.operands.map(({ span }) => cut(span))).toEqual(["a", "(b + c)"]);
});

describe("errors", () => {
  const found = "expected an operator or the end of the line";
  const operand = "expected a number, a name or `(`";
  it.each<[string, line: number, column: number, problem: string, shown: string, caret: string]>([
    ["u = g $ 2", 1, 7, "unexpected character `$`", "u = g $ 2", "      ^"],
    ["u = g²", 1, 6, "unexpected character `²`", "u = g²", "     ^"],
    ["u = 𝛽", 1, 5, "unexpected character `𝛽`", "u = 𝛽", "    ^^"],
    ["u", 1, 2, "expected `=` after `u`, but the line ends here", "u", " ^"],
    ["u + 1", 1, 3, "expected `=` after `u`, found `+`", "u + 1", "  ^"],
    ["u == 1", 1, 3, "expected `=` after `u`, found `==`", "u == 1", "  ^^"],
    ["2 = g", 1, 1, "expected a line `name = expression`, found `2`", "2 = g", "^"],
    ["= g", 1, 1, "expected a line `name = expression`, found `=`", "= g", "^"],
    [") = g", 1, 1, "expected a line `name = expression`, found `)`", ") = g", "^"],
    ["u =", 1, 4, `${operand}, but the line ends here`, "u =", "   ^"],
    ["u = * g", 1, 5, `${operand}, found \`*\``, "u = * g", "    ^"],
    ["u = a b", 1, 7, `${found}, found \`b\``, "u = a b", "      ^"],
    ["u = a = b", 1, 7, `${found}, found \`=\``, "u = a = b", "      ^"],
    ["u = a)", 1, 6, `${found}, found \`)\``, "u = a)", "     ^"],
    [
      "u = (a",
      1,
      7,
      "expected `)` to close the parenthesis, but the line ends here",
      "u = (a",
      "      ^",
    ],
    [
      "u = (a b)",
      1,
      8,
      "expected `)` to close the parenthesis, found `b`",
      "u = (a b)",
      "       ^",
    ],
    ["u = ()", 1, 6, `${operand}, found \`)\``, "u = ()", "     ^"],
    [
      "u = f(a",
      1,
      8,
      "expected `)` to close the call of `f`, but the line ends here",
      "u = f(a",
      "       ^",
    ],
    ["u = f(a,)", 1, 9, `${operand}, found \`)\``, "u = f(a,)", "        ^"],
    ["u = f(,a)", 1, 7, `${operand}, found \`,\``, "u = f(,a)", "      ^"],
    ["u = a, b", 1, 6, `${found}, found \`,\``, "u = a, b", "     ^"],
    ["u = 2(a)", 1, 6, `${found}, found \`(\``, "u = 2(a)", "     ^"],
    [
      "u = where(0 < a < 1, a, 0)",
      1,
      17,
      "comparisons cannot be chained; nest `where` instead",
      "u = where(0 < a < 1, a, 0)",
      "                ^",
    ],
    // Comments and continuation lines count as lines; the shown line has no indentation.
    ["# one\nm = (g +\n  1)\n    u = m $", 4, 11, "unexpected character `$`", "u = m $", "      ^"],
    ["m = (g +\n  1 $)", 2, 5, "unexpected character `$`", "1 $)", "  ^"],
    // A tab in the line is a tab under it.
    ["u =\tg $", 1, 7, "unexpected character `$`", "u =\tg $", "   \t  ^"],
  ])("%j", (text, line, column, problem, shown, caret) => {
    const error = errorOf(text);
    expect(error.message).toBe(
      `test: line ${line}, column ${column}: ${problem}\n  ${shown}\n  ${caret}`,
    );
    expect(error).toMatchObject({ name: "RuleError", rule: "test", line, column });
  });

  test("of a long line only the part around the mistake is shown", () => {
    const text = `  u = ${"g + ".repeat(40)}$${" + g".repeat(40)}`;
    const [, shown, caret] = errorOf(text).message.split("\n");
    expect(shown).toBe(`  ${text.slice(text.indexOf("$") - 60, text.indexOf("$") + 60)}`.trimEnd());
    expect(caret).toBe(`${" ".repeat(62)}^`);
  });

  test("a call is underlined up to the end of its line, and an empty line is not shown", () => {
    const text = "a = f(1,\n  2)\n";
    const span = { start: 4, end: text.length };
    expect(new RuleError("test", "wrong", text, span).message).toBe(
      "test: line 1, column 5: wrong\n  a = f(1,\n      ^^^^",
    );
    const end = { start: text.length, end: text.length };
    expect(new RuleError("test", "wrong", text, end).message).toBe("test: line 3, column 1: wrong");
  });
});
