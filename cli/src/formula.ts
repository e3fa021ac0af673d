/** Formulas as they are typed at the command: what is wrong with one is a mistake in how the command was called. */
import type { Expression, Span } from "gradus/rule";
import { FormulaError, parseFormula as parse, type Typed } from "../../formulas/parse.ts";
import { UsageError } from "./errors.ts";

/** @throws {UsageError} which shows the place under a caret */
export function fail(typed: Typed, problem: string, span: Span): never {
  const { message, excerpt } = new FormulaError(typed, problem, span);
  throw new UsageError(message, { excerpt });
}

/** @throws {UsageError} where the text is no formula */
export function parseFormula(typed: Typed): Expression {
  try {
    return parse(typed);
  } catch (error) {
    if (error instanceof FormulaError) fail(typed, error.problem, error.span);
    throw error;
  }
}
