/** Splits a rule's text into tokens. */
import { RuleError, type Span } from "../errors.ts";
import type { mistake } from "./habits.ts";

/** Makes the error for a text that cannot be parsed. */
export type Mistake = typeof mistake;

export interface Token {
  readonly kind: "number" | "name" | "symbol" | "newline" | "end";
  readonly text: string;
  readonly span: Span;
}

/** Far more than any optimizer needs. It limits the work that a malicious text can cause. */
export const maximumLength = 20_000;

const pattern =
  /(?<space>[ \t\r]+|#[^\n]*)|(?<newline>\n|;)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<symbol>==|!=|<=|>=|[-+*/^%<>=(),])/y;

/** The tokens of a rule. Newlines inside parentheses do not end a line, and are left out. */
export function tokenize(rule: string, text: string, mistake: Mistake): Token[] {
  if (text.length > maximumLength) {
    const span = { start: maximumLength, end: maximumLength + 1 };
    throw new RuleError(rule, `the rule is longer than ${maximumLength} characters`, text, span);
  }
  const tokens: Token[] = [];
  let depth = 0;
  let position = 0;
  while (position < text.length) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) {
      const character = String.fromCodePoint(text.codePointAt(position)!);
      const span = { start: position, end: position + character.length };
      throw mistake(rule, `unexpected character \`${character}\``, text, span);
    }
    const span = { start: position, end: pattern.lastIndex };
    position = pattern.lastIndex;
    const kind = (["newline", "number", "name", "symbol"] as const).find(
      (name) => match.groups?.[name] !== undefined,
    );
    if (match[0] === "(") {
      depth += 1;
    } else if (match[0] === ")") {
      depth -= 1;
    }
    if (kind !== undefined && !(kind === "newline" && depth > 0)) {
      tokens.push({ kind, text: match[0], span });
    }
  }
  const end = { start: text.length, end: text.length };
  tokens.push({ kind: "newline", text: "", span: end }, { kind: "end", text: "", span: end });
  return tokens;
}
