/** The syntax tree of a rule's text. */
import type { Span } from "../errors.ts";

/** An operator between two operands, as in the text. */
export type BinarySymbol = "+" | "-" | "*" | "/" | "%" | "^" | ComparisonSymbol;
/** A comparison, as in the text. */
export type ComparisonSymbol = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** An expression of a rule as a tree. */
export type Expression =
  | { readonly form: "number"; readonly value: number; readonly span: Span }
  | { readonly form: "name"; readonly name: string; readonly span: Span }
  | { readonly form: "negation"; readonly operand: Expression; readonly span: Span }
  | {
      readonly form: "binary";
      readonly symbol: BinarySymbol;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly form: "call";
      readonly callee: string;
      readonly calleeSpan: Span;
      readonly operands: readonly Expression[];
      readonly span: Span;
    };

/** One line, `target = value`. */
export interface Statement {
  /** The name that is assigned. */
  readonly target: string;
  /** The place of the name in the text. */
  readonly targetSpan: Span;
  /** The expression that is assigned to it. */
  readonly value: Expression;
}
