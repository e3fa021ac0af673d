/** Checks the names in a model: parameters, columns and constants. */
import type { Expression } from "gradus/rule";
import { constants } from "../../../formulas/functions.ts";
import { namesIn } from "../../../formulas/parse.ts";
import { didYouMean } from "../../../src/suggest.ts";
import { UsageError } from "../errors.ts";
import { fail } from "../formula.ts";

/**
 * Returns the columns that a model uses.
 * @param parameters which have an initial value
 * @param columns which the model may use
 * @throws {UsageError} if a name is unknown, or a parameter is not used
 */
export function checkModel(
  text: string,
  expression: Expression,
  parameters: readonly string[],
  columns: readonly string[],
): readonly string[] {
  const typed = { what: "model", text };
  const used = namesIn(expression);
  const known = [...parameters, ...columns, ...Object.keys(constants)];
  for (const { name, span } of used) {
    if (known.includes(name)) continue;
    const meant =
      didYouMean(name, known) ||
      `: give a parameter an initial value, --start ${name}=1; the columns are ${columns.length === 0 ? "none" : columns.join(", ")}`;
    fail(typed, `unknown name \`${name}\`${meant}`, span);
  }
  const names = new Set(used.map(({ name }) => name));
  const idle = parameters.find((name) => !names.has(name));
  if (idle !== undefined) {
    throw new UsageError(
      `--start: the model has no parameter \`${idle}\`${didYouMean(idle, names)}`,
    );
  }
  return columns.filter((name) => names.has(name));
}
