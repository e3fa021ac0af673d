/** For tests: the command in their own process, with what it writes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { run } from "./program.ts";

export interface Written {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs what was typed after `gradus`. */
export async function typed(...words: readonly string[]): Promise<Written> {
  const output = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      output[name] += chunk;
      return true;
    }),
  );
  try {
    return { code: await run(words, "0.0.0"), ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/**
 * A command that writes a report, for each test of a file: into a folder that goes with the test, unless the words say where.
 * @returns the folder's path to a file, and what runs the command
 */
export function reporting(command: string): {
  readonly pathTo: (file: string) => string;
  readonly reported: (...words: readonly string[]) => Promise<Written>;
} {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), `gradus-${command}-`));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const pathTo = (file: string) => join(folder, file);
  const reported = (...words: readonly string[]) =>
    typed(command, ...words, ...(words.includes("--out") ? [] : ["--out", pathTo("report.html")]));
  return { pathTo, reported };
}
