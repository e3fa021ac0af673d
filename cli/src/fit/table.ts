/** Reads observations from a file of comma-separated values. */
import { parse } from "csv-parse/sync";
import { CommandError } from "../errors.ts";
import { readText } from "../own-files.ts";

/** Larger files are refused. */
const mostBytes = 1 << 28;

/** Numbers in named columns of the same length. */
export interface Table {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The character between columns. Spreadsheets write one of three. */
function delimiterOf(text: string): string {
  const [line = ""] = text.split(/\r?\n/, 1);
  return line.includes("\t") ? "\t" : line.includes(";") ? ";" : ",";
}

function rowsOf(path: string, text: string): readonly Row[] {
  try {
    return parse(text, {
      ...{ bom: true, trim: true, skip_empty_lines: true, info: true, relax_column_count: true },
      delimiter: delimiterOf(text),
    }) as unknown as Row[];
  } catch (cause) {
    throw new CommandError(`${path} is not a valid CSV file: ${(cause as Error).message}`, {
      cause,
    });
  }
}

const isNumber = (cell: string): boolean => cell !== "" && Number.isFinite(Number(cell));

/** Names for columns without names: x and y, or x1, x2 ... and y. */
const plainNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    i === count - 1 ? "y" : count === 2 ? "x" : `x${i + 1}`,
  );

/**
 * Reads a file. Its first line has the names of the columns, unless it has only numbers.
 * @throws {CommandError} with the file, and with line and column if something is not a number
 */
export function readTable(path: string): Table {
  const rows = rowsOf(path, readText(path, mostBytes));
  const [first] = rows;
  if (first === undefined) throw new CommandError(`${path} is empty`);
  const hasNames = !first.record.every(isNumber);
  const names = hasNames ? first.record : plainNames(first.record.length);
  const observations = hasNames ? rows.slice(1) : rows;
  if (observations.length === 0) throw new CommandError(`${path} has column names, but no numbers`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new CommandError(`${path}: two columns are named "${twice}"`);
  for (const { record, info } of observations) {
    if (record.length !== names.length) {
      throw new CommandError(
        `${path}, line ${info.lines}: it has ${record.length} columns, but the first line has ${names.length}`,
      );
    }
    const odd = record.findIndex((cell) => !isNumber(cell));
    if (odd >= 0)
      throw new CommandError(
        `${path}, line ${info.lines}: ${problemOf(record[odd]!, names[odd]!)}`,
      );
  }
  return {
    names,
    columns: names.map((_, j) =>
      Float64Array.from(observations, ({ record }) => Number(record[j])),
    ),
  };
}

function problemOf(cell: string, name: string): string {
  if (cell === "") return `column "${name}" is empty; leave out the line, or fill it in`;
  const comma = /^[-+]?\d+,\d+$/.test(cell) ? "; write a decimal point instead of the comma" : "";
  return `column "${name}" has ${JSON.stringify(cell)}, which is not a number${comma}`;
}
