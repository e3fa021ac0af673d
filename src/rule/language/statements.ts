/** Parses a definition's text when its statements are first needed. */
import type { Definition } from "../definition.ts";
import { type parse, parseTrusted } from "./parser.ts";
import type { Statement } from "./syntax.ts";

const parsed = new WeakMap<Definition, readonly Statement[]>();

/**
 * @param read parses a text that was not parsed before
 * @throws {RuleError} where the text is not a rule
 */
export function statementsOf(
  definition: Definition,
  read: typeof parse = parseTrusted,
): readonly Statement[] {
  let statements = parsed.get(definition);
  if (statements === undefined) {
    statements = read(definition.name, definition.rule);
    parsed.set(definition, statements);
  }
  return statements;
}
