/** The one place where the command writes. What it writes no terminal acts on, and nobody needs to read it. */
import { closeSync } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { isatty } from "node:tty";
import { styleText } from "node:util";
import { shortened, visible } from "../../src/legible.ts";
import { exitCodes } from "./errors.ts";
import { terminalColumns } from "./ranks/environment.ts";

/** Writes a line. @param style how it looks where it is a terminal's */
export type WriteLine = (line: string, style?: "bold") => void;

/** Where a command writes: results to standard output, all else to standard error. */
export interface Terminal {
  /** A line of the result. */
  readonly result: WriteLine;
  /** A result of any length and of several lines, such as JSON. */
  document(text: string): void;
  /** A line about what goes on; nothing with `--quiet`. */
  readonly note: WriteLine;
  /** Whether notes are left out. */
  readonly quiet: boolean;
  /** Columns of what the result is written to, where it has any. */
  readonly width: number | undefined;
  /** Whether standard error is a terminal, or is passed on to one: progress bars need that. */
  readonly interactive: boolean;
}

/** Names may have line breaks: a line stays one. */
const separators: Readonly<Record<string, string>> = {
  ...{ "\n": "\\n", "\t": "\\t", "\u2028": "\\u2028", "\u2029": "\\u2029" },
};

/** A text as one line, whatever is in it. */
export const oneLine = (text: string): string =>
  shortened(visible(shortened(text)).replace(/[\n\t\u2028\u2029]/g, (each) => separators[each]!));

/** On a narrower terminal lines break as they may. */
const narrowest = 40;

let isSilent = false;

/** Writes nothing from now on: of several processes that make one run, one speaks. */
export function silence(): void {
  isSilent = true;
}

function write(stream: NodeJS.WriteStream, line: string, style?: "bold"): void {
  if (isSilent) return;
  const legible = oneLine(line);
  const styled = style !== undefined && stream.isTTY && stream.hasColors();
  stream.write(`${styled ? styleText(style, legible) : legible}\n`);
}

/** Writes a text of several lines. */
export function writeDocument(stream: NodeJS.WriteStream, text: string): void {
  stream.write(visible(text));
}

/**
 * What went wrong, a line each.
 * @param isOwn whether no other process says it
 */
export function complain(lines: readonly string[], isOwn = false): void {
  const wasSilent = isSilent;
  isSilent &&= !isOwn;
  for (const line of lines) write(process.stderr, line);
  isSilent = wasSilent;
}

/** Where no terminal says how wide it is, `COLUMNS` may. */
function widthOf({ columns }: NodeJS.WriteStream): number | undefined {
  const width = columns ?? Number(process.env["COLUMNS"]);
  return Number.isInteger(width) && width > 0 ? Math.max(width, narrowest) : undefined;
}

export function createTerminal(asked: boolean): Terminal {
  const quiet = asked || isSilent;
  return {
    quiet,
    width: widthOf(process.stdout),
    result: (line, style) => write(process.stdout, line, style),
    document: (text) => writeDocument(process.stdout, `${text}\n`),
    note: (line, style) => {
      if (!quiet) write(process.stderr, line, style);
    },
    interactive: process.stderr.isTTY === true || terminalColumns > 0,
  };
}

/** Standard error, for what moves a terminal's cursor: of a rank it goes there through a pipe. */
export function barStream(): NodeJS.WritableStream {
  if (terminalColumns === 0) return process.stderr;
  const stream = new Writable({
    write: (chunk, _, done) => void process.stderr.write(chunk, done),
  });
  return Object.assign(stream, { isTTY: true, columns: terminalColumns });
}

/** Milliseconds in which `mpirun` reads what a rank has written. */
const moment = 200;

/** Waits until a bar is gone: through two pipes, what is written next to standard output may else come first, and be wiped away with it. */
export async function barIsGone(): Promise<void> {
  if (terminalColumns > 0) await setTimeout(moment);
}

/** Shows the cursor of a terminal, whatever has hidden it. */
export function showCursor(): void {
  if (process.stderr.isTTY) process.stderr.write("\u001b[?25h");
}

/** The reader is gone: of a pipe, or of a terminal. */
const gone: readonly (string | undefined)[] = ["EPIPE", "EIO"];

/**
 * Goes on where nobody reads any more, as with `gradus list | head`: what is trained is saved all the same. A result that
 * cannot be written, such as to a full disk, makes the command fail at its end.
 */
export function outliveReaders(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (gone.includes(code) || process.exitCode === exitCodes.failed) return;
    complain([`gradus: standard output cannot be written: ${message}`]);
    process.exitCode = exitCodes.failed;
  });
  // Node puts terminals back as it found them, and aborts where one is gone, but leaves alone what is closed.
  const terminals = [0, 1, 2].filter(isatty);
  process.on("exit", () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  });
}

/** Cells in columns that line up, numbers to the right. */
export function columns(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[] = [],
): string[] {
  const legible = rows.map((row) => row.map(oneLine));
  const widths = legible.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)),
    [],
  );
  return legible.map((row) =>
    row
      .map((cell, i) =>
        align[i] === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
