/** Errors in rules and in their options. */

import { Legible } from "../legible.ts";

/** A range of a rule's text. */
export interface Span {
  /** Offset of the first character, from 0. */
  readonly start: number;
  /** Offset after the last character. */
  readonly end: number;
}

/** How many characters of a long line are shown, and how many of them before the mistake. */
const shownLength = 120;
const shownBefore = 60;

/**
 * A mistake in a rule's text. Says which rule and where, shows the line with a caret under the mistake,
 * and suggests what was probably meant.
 *
 * @example
 * try {
 *   defineOptimizer({ name: "mine", hyper: { lr: 0.1 }, rule: "u = sqroot(g)" });
 * } catch (error) {
 *   if (!(error instanceof RuleError)) throw error;
 *   console.log(error.rule, error.line, error.column); // "mine", 1, 5: where `sqroot` stands
 * }
 */
export class RuleError extends Legible {
  override readonly name = "RuleError";
  /** The name of the rule. */
  readonly rule: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;

  constructor(rule: string, problem: string, text: string, span: Span) {
    const before = text.slice(0, span.start);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    const column = span.start - lineStart + 1;
    const rest = text.indexOf("\n", lineStart);
    const source = text.slice(lineStart, rest < 0 ? text.length : rest);
    const first = Math.max(source.length - source.trimStart().length, column - 1 - shownBefore);
    const excerpt = source.slice(first, first + shownLength).trimEnd();
    const width = Math.min(span.end - span.start, first + excerpt.length - column + 1);
    // Tabs stay tabs, so that the caret is in the right place however wide tabs are shown.
    const margin = source.slice(first, Math.max(first, column - 1)).replace(/[^\t]/g, " ");
    const shown = excerpt && `\n  ${excerpt}\n  ${margin}${"^".repeat(Math.max(1, width))}`;
    super(`${rule}: line ${line}, column ${column}: ${problem}${shown}`);
    this.rule = rule;
    this.line = line;
    this.column = column;
  }
}

/**
 * Things that do not fit together: parameters, groups, the parts of a rule, or a setting.
 *
 * @example
 * try {
 *   optimize({ w: { data: new Float32Array(5), shape: [2, 3] } }, adam());
 * } catch (error) {
 *   error instanceof BindingError; // true: five elements are no matrix of two rows and three columns
 * }
 */
export class BindingError extends Legible {
  override readonly name = "BindingError";
}

/**
 * A hyperparameter that does not exist, or a value that is not valid for it.
 *
 * @example
 * try {
 *   adam({ beta1: 1 });
 * } catch (error) {
 *   error instanceof HyperparameterError; // true: beta1 is below 1
 * }
 */
export class HyperparameterError extends Legible {
  override readonly name = "HyperparameterError";
}
