/** Writes all output of the command. It escapes control characters for terminals, and goes on if nobody reads. */
import { closeSync } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { isatty } from "node:tty";
import { styleText } from "node:util";
import { shortened, visible } from "../../src/legible.ts";
import { exitCodes } from "./errors.ts";
import { terminalColumns } from "./ranks/environment.ts";

/** Writes a line. @param style its look on a terminal */
export type WriteLine = (line: string, style?: "bold") => void;

/** The outputs of a command: results go to standard output, all else to standard error. */
export interface Terminal {
  /** Writes a line of the result. */
  readonly result: WriteLine;
  /** Writes a result of several lines, such as JSON. */
  document(text: string): void;
  /** Writes a line about the progress; nothing with `--quiet`. */
  readonly note: WriteLine;
  /** Whether notes are suppressed. */
  readonly quiet: boolean;
  /** The width in columns of the terminal for results, if it is one. */
  readonly width: number | undefined;
  /** Whether standard error goes to a terminal, directly or through a pipe: progress bars need one. */
  readonly interactive: boolean;
}

/** Line breaks in names are escaped, so that a line stays one. */
const separators: Readonly<Record<string, string>> = {
  ...{ "\n": "\\n", "\t": "\\t", "\u2028": "\\u2028", "\u2029": "\\u2029" },
};

/** Any text as one line. */
export const oneLine = (text: string): string =>
  shortened(visible(shortened(text)).replace(/[\n\t\u2028\u2029]/g, (each) => separators[each]!));

/** The narrowest width to lay out for; narrower terminals break the lines themselves. */
const narrowest = 40;

let isSilent = false;

/** Writes nothing from now on: if several processes make one run, only one prints. */
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
 * Writes what went wrong, one line each.
 * @param isOwn whether no other process prints it
 */
export function complain(lines: readonly string[], isOwn = false): void {
  const wasSilent = isSilent;
  isSilent &&= !isOwn;
  for (const line of lines) write(process.stderr, line);
  isSilent = wasSilent;
}

/** The width of a terminal. If it is unknown, the variable `COLUMNS` may give it. */
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

/** The stream for text that moves the cursor: standard error, which a rank reaches through a pipe. */
export function barStream(): NodeJS.WritableStream {
  if (terminalColumns === 0) return process.stderr;
  const stream = new Writable({
    write: (chunk, _, done) => void process.stderr.write(chunk, done),
  });
  return Object.assign(stream, { isTTY: true, columns: terminalColumns });
}

/** Milliseconds until `mpirun` has read what a rank has written. */
const moment = 200;

/**
 * Waits until a bar is removed. Otherwise, through two pipes, the next line on standard output may arrive earlier and be wiped
 * away
 * with the bar.
 */
export async function barIsGone(): Promise<void> {
  if (terminalColumns > 0) await setTimeout(moment);
}

/** Shows the cursor of a terminal again. */
export function showCursor(): void {
  if (process.stderr.isTTY) process.stderr.write("\u001b[?25h");
}

/** Error codes that say that the reader of a pipe or a terminal is gone. */
const gone: readonly (string | undefined)[] = ["EPIPE", "EIO"];

/**
 * Goes on if nobody reads any more, as with `gradus list | head`: the run is saved nevertheless. If a result cannot be
 * written, for example because the disk is full, the command fails at its end.
 */
export function outliveReaders(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (gone.includes(code) || process.exitCode === exitCodes.failed) return;
    complain([`gradus: standard output cannot be written: ${message}`]);
    process.exitCode = exitCodes.failed;
  });
  // At its end Node restores terminals, and aborts if one is gone. It skips closed ones.
  const terminals = [0, 1, 2].filter(isatty);
  process.on("exit", () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  });
}

/** Aligns cells in columns, numbers to the right. */
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
