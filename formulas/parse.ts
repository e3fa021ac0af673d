/** Parses a formula with the parser of the rule language, and checks it. */
import { type Expression, parse, type RuleError, type Span } from "gradus/rule";
import { Legible } from "../src/legible.ts";
import { chainOf } from "../src/rule/language/chain.ts";
import { didYouMean } from "../src/suggest.ts";
import { functions } from "./functions.ts";

/** The text before the formula, which makes it a line of a rule for the parser. */
const before = "y = ";

/** A formula as it was typed. */
export interface Typed {
  /** The word for it in messages: `model` or `function`. */
  readonly what: string;
  readonly text: string;
}

/** A mistake in a formula, with its place. */
export class FormulaError extends Legible {
  override readonly name = "FormulaError";
  /** What is wrong, without the place. */
  readonly problem: string;
  readonly span: Span;
  /** The text, and a caret under the place. */
  readonly excerpt: readonly string[];

  constructor({ what, text }: Typed, problem: string, span: Span) {
    super(`the ${what}, column ${span.start + 1}: ${problem}`);
    this.problem = problem;
    this.span = span;
    const carets = "^".repeat(Math.max(1, span.end - span.start));
    this.excerpt = [text.replace(/[\n\t]/g, " "), " ".repeat(span.start) + carets];
  }
}

function fail(typed: Typed, problem: string, span: Span): never {
  throw new FormulaError(typed, problem, span);
}

/**
 * The tree of a text such as `a * exp(-b * x) + c`.
 * @throws {FormulaError} if the text is not a formula, or calls an unknown function
 */
export function parseFormula(typed: Typed): Expression {
  const expression = treeOf(typed);
  checkCalls(typed, expression);
  return expression;
}

function treeOf(typed: Typed): Expression {
  const { what, text } = typed;
  try {
    const [statement, another] = parse(what, `${before}${text}`);
    if (statement !== undefined && another === undefined) return shifted(statement.value);
  } catch (error) {
    if (!(error instanceof Error && error.name === "RuleError")) throw error;
    const { message, line, column } = error as RuleError;
    const [first, , carets = ""] = message.split("\n");
    const problem = first!.slice(what.length).replace(/^: line \d+, column \d+: /, "");
    const lines = `${before}${text}`.split("\n");
    const offset = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const start = Math.max(0, offset + column - 1 - before.length);
    fail(typed, problem, { start, end: start + carets.trim().length });
  }
  return fail(typed, `a ${what} must be one expression, such as a * exp(-b * x) + c`, {
    start: 0,
    end: text.length,
  });
}

/** The same expression, with spans relative to the formula. */
function shifted(expression: Expression): Expression {
  const moved = ({ start, end }: Span): Span => ({
    ...{ start: start - before.length, end: end - before.length },
  });
  const span = moved(expression.span);
  switch (expression.form) {
    case "negation":
      return { ...expression, span, operand: shifted(expression.operand) };
    case "binary": {
      const [first, links] = chainOf<Expression>(expression);
      return links.reduce(
        (left: Expression, link) => ({
          ...{ ...link, span: moved(link.span), left, right: shifted(link.right) },
        }),
        shifted(first),
      );
    }
    case "call": {
      const { calleeSpan, operands } = expression;
      return {
        ...expression,
        span,
        calleeSpan: moved(calleeSpan),
        operands: operands.map(shifted),
      };
    }
    default:
      return { ...expression, span };
  }
}

/** An expression and all of its parts, parents first, from left to right. */
function allIn(expression: Expression): readonly Expression[] {
  switch (expression.form) {
    case "number":
    case "name":
      return [expression];
    case "negation":
      return [expression, ...allIn(expression.operand)];
    case "binary": {
      const [first, links] = chainOf<Expression>(expression);
      return [...links.toReversed(), ...[first, ...links.map(({ right }) => right)].flatMap(allIn)];
    }
    case "call":
      return [expression, ...expression.operands.flatMap(allIn)];
  }
}

/** The names in an expression, with their places. */
export const namesIn = (expression: Expression): { name: string; span: Span }[] =>
  allIn(expression).filter((each) => each.form === "name");

const callsIn = (expression: Expression) =>
  allIn(expression).filter((each) => each.form === "call");

function checkCalls(typed: Typed, expression: Expression): void {
  for (const { callee, calleeSpan, operands, span } of callsIn(expression)) {
    if (!Object.hasOwn(functions, callee)) {
      const known = Object.keys(functions);
      const meant = didYouMean(callee, known) || ` (the functions are ${known.join(", ")})`;
      fail(typed, `unknown function \`${callee}\`${meant}`, calleeSpan);
    }
    const wanted = functions[callee]!.parameters;
    if (operands.length !== wanted.length) {
      fail(
        typed,
        `\`${callee}\` takes ${wanted.length === 1 ? "one operand" : `${wanted.length} operands`}, ${callee}(${wanted.join(", ")}), not ${operands.length}`,
        span,
      );
    }
  }
}
