/** Starts processes of the command. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { callOf } from "../distributed/mpirun.ts";

/** The built command. */
export const COMMAND = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** Resolves once this text was written to standard error. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `gradus` in a folder. */
export const start = (words: readonly string[], cwd: string, environment = {}): Running =>
  startProgram(process.execPath, [COMMAND, ...words], cwd, environment);

/** Starts it on several ranks with Open MPI, as `mpirun -n 2 gradus` does. */
export function startOnRanks(ranks: number, words: readonly string[], cwd: string): Running {
  const call = callOf("Open MPI", ranks, [process.execPath, COMMAND, ...words]);
  return startProgram(call.program, call.words, cwd, call.environment);
}

function startProgram(
  program: string,
  words: readonly string[],
  cwd: string,
  environment: object,
): Running {
  const child = spawn(program, words, {
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
