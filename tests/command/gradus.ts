import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { type Ended, start } from "./running.ts";

/** The path of a task for these tests. */
export const taskPath = (name: string) =>
  fileURLToPath(new URL(`./tasks/${name}`, import.meta.url));

/** A new folder for a test, which is removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export { COMMAND, type Ended, start } from "./running.ts";

/** Makes something for the first test that needs it, and shares it with the others. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Runs `gradus` to its end, in a new folder unless one is given. */
export function gradus(words: readonly string[], cwd = temporaryFolder()): Promise<Ended> {
  return start(words, cwd).ended;
}

/** Expects that the call was refused as a mistake, in one line. */
export function expectMistake({ code, stdout, stderr }: Ended, message: string | RegExp): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^gradus: .*\n$/);
  const line = stderr.slice("gradus: ".length).trimEnd();
  if (typeof message === "string") expect(line).toBe(message);
  else expect(line).toMatch(message);
}
