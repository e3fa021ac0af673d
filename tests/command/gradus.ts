import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

/** The command as it was built. */
export const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The path of a task for these tests. */
export const taskPath = (name: string) =>
  fileURLToPath(new URL(`./tasks/${name}`, import.meta.url));

/** A folder of its own for a test, which goes with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** Resolves once standard error has this. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `gradus` in a folder. */
export function start(words: readonly string[], cwd: string, environment = {}): Running {
  const child = spawn(process.execPath, [COMMAND, ...words], {
    cwd,
    env: { ...process.env, GRADUS_DEBUG: "", ...environment },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += chunk));
  child.stderr.on("data", (chunk) => (output.stderr += chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code) => resolve({ code, ...output })),
  );
  return {
    process: child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (output.stderr.includes(text)) resolve();
        };
        child.stderr.on("data", look);
        ended.then(() => reject(new Error(`it ended without saying "${text}": ${output.stderr}`)));
        look();
      }),
  };
}

/** Runs `gradus` to its end, in a folder of its own unless one is given. */
export function gradus(words: readonly string[], cwd = temporaryFolder()): Promise<Ended> {
  return start(words, cwd).ended;
}

/** The command was called wrongly, and says so in one line. */
export function expectMistake({ code, stdout, stderr }: Ended, message: string | RegExp): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^gradus: .*\n$/);
  const line = stderr.slice("gradus: ".length).trimEnd();
  if (typeof message === "string") expect(line).toBe(message);
  else expect(line).toMatch(message);
}
