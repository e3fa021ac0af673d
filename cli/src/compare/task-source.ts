/** Finds a task: a built-in one by name, or a user's module. */
import { readFileSync, type Stats, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Task } from "gradus/tasks";
import { didYouMean } from "../../../src/suggest.ts";
import { CommandError, messageOf, UsageError } from "../errors.ts";
import { type Check, isCount, isObject, isText, problemOf } from "../fields.ts";
import { tasks } from "../tasks/index.ts";

/** The origin of a task as plain data: each thread loads it itself. */
export type TaskSource =
  | { readonly kind: "built-in"; readonly name: string }
  | { readonly kind: "module"; readonly path: string };

/** Whether a value is a task source of this version: it may come from another one. */
export const isTaskSource = (value: unknown): value is TaskSource => {
  const { kind, name, path } = (isObject(value) ? value : {}) as Record<string, unknown>;
  return kind === "built-in"
    ? isText(name) && Object.hasOwn(tasks, name)
    : kind === "module" && isText(path);
};

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

/**
 * Finds the task for an argument of `gradus compare`: a name, or a path to a module.
 * @throws {UsageError} if there is no such task or file
 */
export function findTask(text: string): TaskSource {
  if (Object.hasOwn(tasks, text)) return { kind: "built-in", name: text };
  const extension = extname(text);
  if (!/[\\/]/.test(text) && !EXTENSIONS.includes(extension)) {
    throw new UsageError(
      `there is no task \`${text}\`${didYouMean(text, Object.keys(tasks)) || `; there are ${Object.keys(tasks).join(", ")}, and your own by path, such as ./my-task.ts`}`,
    );
  }
  const path = resolve(text);
  requireFile(path, text);
  if (!EXTENSIONS.includes(extension)) {
    throw new UsageError(`${text}: a task is a module (${EXTENSIONS.join(", ")})`);
  }
  return { kind: "module", path };
}

/** Requires a plain file, because reading a named pipe would wait. @throws {UsageError} */
function requireFile(path: string, text: string): void {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new UsageError(`${text} cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (found === undefined) throw new UsageError(`there is no file ${text}`);
  if (!found.isFile()) throw new UsageError(`${text} is not a file: a task is a module`);
}

/**
 * Loads the task.
 * @throws {CommandError} if a module cannot be loaded, or its default export is not a task
 */
export async function loadTask(source: TaskSource): Promise<Task> {
  if (source.kind === "built-in") return tasks[source.name as keyof typeof tasks];
  const { path } = source;
  if (/\.m?ts$/.test(path)) await prepareTypeScript(path);
  const { default: exported } = await importModule(path);
  // In a module that was compiled to CommonJS, the default export is inside another.
  if (isObject(exported) && "default" in exported) {
    throw new CommandError(
      `${basename(path)} was loaded as CommonJS, with a copy of gradus that shares no memory with this one: name it .mts, or put "type": "module" into its package.json`,
    );
  }
  return requireTask(exported, basename(path));
}

async function importModule(path: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new CommandError(`${basename(path)} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
}

/** Prepares for TypeScript: Node strips types from 22.18 on; in older versions tsx does, if it is installed. */
async function prepareTypeScript(path: string): Promise<void> {
  const { features } = process as { readonly features: { readonly typescript?: unknown } };
  if (features.typescript) return;
  const places = [dirname(path), process.cwd(), dirname(fileURLToPath(import.meta.url))];
  const manifest = resolveFrom(places, "tsx/package.json");
  if (manifest === undefined) {
    throw new CommandError(
      `Node ${process.versions.node} cannot load ${basename(path)}: install tsx beside it (npm install --save-dev tsx), use Node 22.18 or newer, or give JavaScript`,
    );
  }
  // Both, because a file's package decides which kind of module it is.
  for (const api of ["./cjs/api", "./esm/api"]) {
    // The file that `require` resolves to does not work with import.
    const { exports } = JSON.parse(readFileSync(manifest, "utf8"));
    const entry = join(dirname(manifest), exports[api].import.default);
    const { register } = await import(pathToFileURL(entry).href);
    register();
  }
}

/** Resolves a package's name from the first of these places where it is installed. */
export function resolveFrom(places: readonly string[], specifier: string): string | undefined {
  for (const place of places) {
    try {
      return createRequire(join(place, "any")).resolve(specifier);
    } catch {
      // Not installed here.
    }
  }
  return undefined;
}

const checks: readonly Check[] = [
  ["name", "a name", isText],
  ["title", "a title", isText],
  ["summary", "a sentence", isText],
  ["lossName", "what its loss is called", isText],
  ["metricName", "what its metric is called", isText],
  ["defaults.steps", "a whole number, 1 or more", isCount],
  ["defaults.batch", "a whole number, 1 or more", isCount],
  ["defaults.settings", "an object, which may be empty", isObject],
  ["tuned", "an object from optimizers to learning rates, which may be empty", isObject],
  ["load", "a function", (value) => typeof value === "function"],
];

function requireTask(value: unknown, file: string): Task {
  if (!isObject(value)) {
    throw new CommandError(
      `${file}: its default export must be a task, but there is ${value === undefined ? "none" : `a ${typeof value}`}`,
    );
  }
  const problem = problemOf(value, checks);
  if (problem !== undefined) throw new CommandError(`${file}: the task's ${problem}`);
  return value as Task;
}
