/** Parses formulas from the command line. A mistake in a formula is a mistake in how the command was called. */
import type { Expression, Span } from "gradus/rule";
import { FormulaError, parseFormula as parse, type Typed } from "../../formulas/parse.ts";
import { UsageError } from "./errors.ts";

/** @throws {UsageError} always: it marks the place with a caret */
export function fail(typed: Typed, problem: string, span: Span): never {
  const { message, excerpt } = new FormulaError(typed, problem, span);
  throw new UsageError(message, { excerpt });
}

/** @throws {UsageError} if the text is not a formula */
export function parseFormula(typed: Typed): Expression {
  try {
    return parse(typed);
  } catch (error) {
    if (error instanceof FormulaError) fail(typed, error.problem, error.span);
    throw error;
  }
}
