/** A definition's statements, parsed when they are first needed. */
import type { Definition } from "../definition.ts";
import { parse } from "./parser.ts";
import type { Statement } from "./syntax.ts";

const parsed = new WeakMap<Definition, readonly Statement[]>();

/** @throws {RuleError} where the text is no rule */
export function statementsOf(definition: Definition): readonly Statement[] {
  let statements = parsed.get(definition);
  if (statements === undefined) {
    statements = parse(definition.name, definition.rule);
    parsed.set(definition, statements);
  }
  return statements;
}
