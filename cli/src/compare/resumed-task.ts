/** Finds the task of a resumed run. A module is a program, and `run.json` may come from somebody else. */
import { realpathSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { CommandError, UsageError } from "../errors.ts";
import { quoted } from "../quote.ts";
import { findTask, type TaskSource } from "./task-source.ts";

/** Asks on a terminal; undefined if there is no terminal. */
async function askTerminal(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

function lieWithin(path: string, folder: string): boolean {
  try {
    return !/^\.\.($|[\\/])/.test(relative(realpathSync(folder), realpathSync(path)));
  } catch {
    return false;
  }
}

/**
 * The task to resume with. To load a module is to run it. So it is loaded only if it was named now, or if it lies in the
 * folder and the user answers yes.
 *
 * @param folder of the run
 * @param source from its `run.json`
 * @param named what was typed now
 * @throws {UsageError} if it is another task, or a module that must be named
 */
export async function resumedTask(
  folder: string,
  source: TaskSource,
  named: string | undefined,
  ask: (question: string) => Promise<string | undefined> = askTerminal,
): Promise<TaskSource> {
  if (named !== undefined) {
    const now = findTask(named);
    if (nameOf(now) === nameOf(source)) return now;
    throw new UsageError(`--resume ${folder}: that is a run of another task, ${nameOf(source)}`);
  }
  if (source.kind === "built-in") return source;
  const path = resolve(source.path);
  const isWithin = lieWithin(path, folder);
  const answer = isWithin
    ? await ask(
        `Resuming runs the program ${quoted([path])}, which came with that folder. Do you trust it? [y/N] `,
      )
    : undefined;
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return { kind: "module", path };
  if (answer !== undefined)
    throw new CommandError(`${quoted([path])} was not run, so nothing was done`);
  const where = isWithin ? "in it" : "outside of it";
  throw new UsageError(
    `--resume ${folder}: its run.json names a program ${where}, which would be run: if you trust it, add --task ${quoted([path])}`,
  );
}

/** A module is identified by its file name, because it may have been moved. */
const nameOf = (source: TaskSource): string =>
  source.kind === "built-in" ? source.name : basename(source.path);

/** The words to add to the command line so that a run resumes without a question. */
export const namingTask = (source: TaskSource): readonly string[] =>
  source.kind === "built-in" ? [] : ["--task", relative("", source.path)];
