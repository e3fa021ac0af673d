/** What is wrong with a rule or a formula, and where in its text. */
import { FormulaError } from "../../../formulas/parse.ts";

export interface Problem {
  readonly message: string;
  /** Offsets in the text; none where the problem is in no place of it. */
  readonly span?: { readonly start: number; readonly end: number };
}

const isRuleError = (error: Error): error is Error & { line: number; column: number } =>
  error.name === "RuleError";

/** The first line of what was thrown; anything may be thrown where somebody's rule is at work. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "It cannot be computed.";
  // A worker's stack is small; what engines throw at its end is of one of these names.
  if (["RangeError", "InternalError"].includes(error.name))
    return "This is too large to be computed in a browser.";
  return error.message.split("\n")[0]!;
}

/** @param text the rule or the formula that the error may point into */
export function problemOf(error: unknown, text: string): Problem {
  if (error instanceof FormulaError) return { message: error.problem, span: error.span };
  if (!(error instanceof Error && isRuleError(error))) return { message: messageOf(error) };
  const [first, excerpt, carets = ""] = error.message.split("\n");
  const found = /^.*?: line \d+, column \d+: (.*)$/.exec(first!);
  const lines = text.split("\n");
  const line = lines[error.line - 1];
  const message = found?.[1] ?? first!;
  // Some errors point into another text: the start of a state, or what is evaluated.
  if (line === undefined || excerpt === undefined || !line.includes(excerpt.trim()))
    return { message };
  const before = lines.slice(0, error.line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const start = Math.min(before + error.column - 1, text.length);
  return { message, span: { start, end: Math.min(start + carets.trim().length, text.length) } };
}
