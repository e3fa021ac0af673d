/** Chooses the response, the predictors and the weights from the columns of a table. */
import { didYouMean } from "../../../src/suggest.ts";
import { UsageError } from "../errors.ts";
import type { Numbers } from "./options.ts";
import type { Table } from "./table.ts";

export interface Observations {
  /** The name of the column that the model predicts. */
  readonly response: string;
  readonly y: Float64Array;
  /** The names that a model may use for the other columns. */
  readonly predictors: readonly string[];
  /** The values of the predictors, for each observation. */
  readonly rows: readonly Numbers[];
  readonly weights: Float64Array | undefined;
}

/** The columns that options name. */
export interface Choice {
  readonly x?: string;
  readonly y?: string;
  readonly weights?: string;
}

function indexOf(table: Table, path: string, option: string, name: string): number {
  const index = table.names.indexOf(name);
  if (index >= 0) return index;
  throw new UsageError(
    `${option}: ${path} has no column "${name}"${didYouMean(name, table.names)} (it has ${table.names.join(", ")})`,
  );
}

function responseOf(table: Table, path: string, { x, y }: Choice): number {
  if (y !== undefined) return indexOf(table, path, "--y", y);
  const called = table.names.indexOf("y");
  if (called >= 0) return called;
  if (table.names.length === 2) return x === table.names[1] ? 0 : 1;
  throw new UsageError(
    `${path}: name the column to fit with --y; the columns are ${table.names.join(", ")}`,
  );
}

/**
 * The response is the column of `--y`, or the column called y, or the second of two. The model calls the other columns by their
 * names. The column of `--x`, or otherwise the first, is also called x, unless a column or parameter has this name.
 *
 * @param parameters names that are taken
 * @throws {UsageError} if there is no such column, or a name would stand for two things
 */
export function observationsOf(
  table: Table,
  path: string,
  choice: Choice,
  parameters: readonly string[],
): Observations {
  const response = responseOf(table, path, choice);
  const weights =
    choice.weights === undefined
      ? undefined
      : table.columns[indexOf(table, path, "--weights", choice.weights)]!;
  const others = table.names
    .map((name, index) => ({ name, index }))
    .filter(({ index }) => index !== response && table.columns[index] !== weights);
  const clash = table.names.find((name) => parameters.includes(name));
  if (clash !== undefined) {
    throw new UsageError(
      `--start: \`${clash}\` is a column of ${path}; choose another name for the parameter`,
    );
  }
  const x = choice.x === undefined ? others[0]?.index : indexOf(table, path, "--x", choice.x);
  const isFree = !others.some(({ name }) => name === "x") && !parameters.includes("x");
  const named = others.filter(({ name }) => /^[A-Za-z_]\w*$/.test(name));
  if (isFree && x !== undefined) named.unshift({ name: "x", index: x });
  const y = table.columns[response]!;
  return {
    ...{ response: table.names[response]!, y, weights },
    predictors: named.map(({ name }) => name),
    rows: Array.from(y, (_, i) =>
      Object.fromEntries(named.map(({ name, index }) => [name, table.columns[index]![i]!])),
    ),
  };
}
