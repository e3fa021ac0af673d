/** For tests: runs the command in the same process, and collects its output. */
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
 * A command that writes a report, for each test of a file: into a folder of that test, unless the words give another.
 * @returns the path of a file in the folder, and a function that runs the command
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
