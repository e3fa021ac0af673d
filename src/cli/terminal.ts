import { styleText } from "node:util";

/** Where a command writes: results to standard output, all else to standard error. */
export interface Terminal {
  /** A line of the result. */
  result(line: string): void;
  /** A line about what goes on; nothing with `--quiet`. */
  note(line: string): void;
  /** Whether notes are left out. */
  readonly quiet: boolean;
  /** Whether standard error is a terminal, which progress bars need. */
  readonly interactive: boolean;
  readonly bold: (text: string) => string;
}

export function createTerminal(quiet: boolean): Terminal {
  const colored = process.stdout.isTTY && process.stdout.hasColors();
  return {
    quiet,
    result: (line) => process.stdout.write(`${line}\n`),
    note: (line) => {
      if (!quiet) process.stderr.write(`${line}\n`);
    },
    interactive: process.stderr.isTTY === true,
    bold: (text) => (colored ? styleText("bold", text) : text),
  };
}

/** Cells in columns that line up, numbers to the right. */
export function columns(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[] = [],
): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, i) =>
        align[i] === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
