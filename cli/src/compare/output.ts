/** Decides to which files a comparison is written. */
import { join, relative, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { type Check, isText, problemOf } from "../fields.ts";
import { type Kind, obstacle, parsed, writeOwn } from "../own-files.ts";
import type { Comparison } from "../report/comparison.ts";
import { renderReport } from "../report/report.ts";
import { recordKind } from "./record.ts";

export interface OutputPaths {
  readonly report: string;
  readonly json: string;
}

/** The default folder of a run, such as `runs/fashion-mlp-2026-01-15-103000`. */
export function newFolder(task: string, date: Date): string {
  const time = date.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
  return resolve("runs", `${task.replace(/[^\w.-]+/g, "-")}-${time}`);
}

/** The reports in the run's folder or at `--out`, each with a JSON file beside it. */
export function outputPaths(out: string | undefined, folder: string): OutputPaths {
  if (out !== undefined) return { report: out, json: out.replace(/html$/, "json") };
  return { report: join(folder, "report.html"), json: join(folder, "comparison.json") };
}

/** The kinds of output files. A file that exists is only replaced if it is of that kind. */
export const reportKind: Kind = {
  name: "report of gradus",
  isOne: (text) => text.slice(0, 2000).includes('<meta name="generator" content="gradus">'),
};

export const comparisonKind: Kind = {
  name: "comparison of gradus",
  isOne: (text) => problemOf(parsed(text), comparisonChecks) === undefined,
};

const comparisonChecks: readonly Check[] = [
  ["version", "1", (value) => value === 1],
  ["task.name", "a text", isText],
  ["command", "a text", isText],
  ["runs", "a list", Array.isArray],
  ["algorithms", "a list", Array.isArray],
];

/**
 * Checks the output paths before the work, so that writing does not fail after it.
 * @param folder of the run, which has its own files
 * @throws {UsageError} if a file may not be written, or two paths are the same
 * @throws {CommandError} if a file cannot be written
 */
export function requirePlaces(
  { report, json }: OutputPaths,
  record: string | undefined,
  folder: string,
): void {
  const places: readonly (readonly [string | undefined, Kind])[] = [
    ...([
      [report, reportKind],
      [json, comparisonKind],
      [record, recordKind],
    ] as const),
  ];
  const taken = new Set<string>();
  for (const [path, kind] of places) {
    if (path === undefined) continue;
    const place = resolve(path);
    if (taken.has(place)) throw new UsageError(`${path} would be two files: name another`);
    taken.add(place);
    const refused = obstacle(path, kind);
    if (refused !== undefined) throw new UsageError(refused);
  }
  if (record !== undefined && !relative(folder, resolve(record)).startsWith("..")) {
    throw new UsageError(
      `--record ${record}: that is in the folder of the run; name another place`,
    );
  }
}

/**
 * Writes the data before the report: if the report fails, the data is still there.
 *
 * @param reported what the report shows, which may be more
 */
export function writeComparison(
  comparison: Comparison,
  reported: Comparison,
  paths: OutputPaths,
): void {
  writeOwn(paths.json, `${JSON.stringify(comparison, null, 1)}\n`, comparisonKind);
  writeOwn(paths.report, renderReport(reported), reportKind);
}
