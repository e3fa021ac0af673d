/** Where a comparison is written. */
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../errors.ts";
import type { Comparison } from "../report/comparison.ts";
import { renderReport } from "../report/report.ts";

export interface OutputPaths {
  readonly report: string;
  readonly json: string;
}

/** `runs/fashion-mlp-2026-01-15-103000`: where a run is whose folder nobody named. */
export function newFolder(task: string, date: Date): string {
  const time = date.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
  return resolve("runs", `${task.replace(/[^\w.-]+/g, "-")}-${time}`);
}

/** In the run's folder, or what `--out` says, each with JSON beside it. */
export function outputPaths(out: string | undefined, folder: string): OutputPaths {
  if (out !== undefined) return { report: out, json: out.replace(/html$/, "json") };
  return { report: join(folder, "report.html"), json: join(folder, "comparison.json") };
}

/**
 * Says before the work what would be found out after it.
 * @throws {CommandError} where a file cannot be written
 */
export function requireWritable(path: string): void {
  let folder = dirname(resolve(path));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  guard(path, () => {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
    accessSync(folder, constants.W_OK);
  });
}

/** Writes a file, and makes its folder. */
export function writeText(path: string, text: string): void {
  guard(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  });
}

function guard(path: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    throw new CommandError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Writes the data first: should the report fail, they can still be had.
 *
 * @param reported what the report shows, which may be more
 */
export function writeComparison(
  comparison: Comparison,
  reported: Comparison,
  paths: OutputPaths,
): void {
  writeText(paths.json, `${JSON.stringify(comparison, null, 1)}\n`);
  writeText(paths.report, renderReport(reported));
}
