/** The errors of the command, and what it says of any. */
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { Legible, shortened } from "../../src/legible.ts";
import { packageRoot } from "./package-root.ts";

/** Mistakes in how the command was called: one line, and maybe an excerpt, exit code 2. */
export class UsageError extends Legible {
  override readonly name = "UsageError";
  /** Lines that show the place of the mistake in what was typed. */
  readonly excerpt: readonly string[];

  constructor(
    message: string,
    options: ErrorOptions & { readonly excerpt?: readonly string[] } = {},
  ) {
    super(message, options);
    this.excerpt = options.excerpt ?? [];
  }
}

/** Something that the command cannot do, and why: one line, exit code 1. */
export class CommandError extends Legible {
  override readonly name = "CommandError";
}

/** Of what ends by itself; a process that a signal ends has another (stopping.ts). */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** Errors of the library that say that an option is wrong. */
const usageErrors: readonly string[] = [
  ...["UsageError", "HyperparameterError", "MinimizeError", "SettingError"],
];

/** Errors that all ranks of a run find, so only one of them prints it. */
const sharedErrors: readonly string[] = [
  ...usageErrors,
  ...["CommandError", "CommunicatorError", "RankError", "CheckpointError", "RestoreError"],
];

export const isOfAllRanks = (error: unknown): boolean =>
  error instanceof Error && sharedErrors.includes(error.name);

/** Errors of the library that a rule can be at fault for. */
const ruleErrors: readonly string[] = ["BindingError", "HyperparameterError", "RuleError"];

/**
 * What is done with a rule that was typed.
 * @param label of the rule
 * @throws {UsageError} with what the library says of the rule
 */
export function usingRule<T>(label: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof Error && ruleErrors.includes(cause.name))) throw cause;
    const [message] = cause.message.split("\n");
    throw new UsageError(message!.startsWith(label) ? message! : `${label}: ${message}`, { cause });
  }
}

/** By name, because errors that come from another thread have lost their class. */
export function exitCodeOf(error: unknown): number {
  const name = error instanceof Error ? error.name : "";
  return usageErrors.includes(name) ? exitCodes.usage : exitCodes.failed;
}

/** The message, whatever was thrown: a task may throw anything. */
export const messageOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}`
    : inspect(error, { breakLength: Number.POSITIVE_INFINITY });

/** A place in a stack: a file's address or path, a line, and mostly a column. */
const placePattern = /(?:^|[\s(])(file:\/\/\S+?|\/[^\s()]+|[A-Za-z]:\\[^\s()]+):(\d+(?::\d+)?)\)?$/;

/** Whether a file is this package's own, or of one that is installed. */
function isOfPackages(path: string): boolean {
  const inside = relative(packageRoot(), path).split(sep);
  return ["dist", "src"].includes(inside[0]!) || path.split(sep).includes("node_modules");
}

/** Where in somebody's own module an error arose, as `task.ts:3:14`; `undefined` where it did in none. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  for (const line of `${error.stack}`.split("\n")) {
    const [, file, position] = placePattern.exec(line.trim()) ?? [];
    if (file === undefined) continue;
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    if (isOfPackages(path)) continue;
    const near = relative("", path);
    return `${near.startsWith("..") ? path : near}:${position}`;
  }
  return placeOf(error.cause);
}

/** A line with the message, and with its place in a task of somebody's own; with `GRADUS_DEBUG=1` more with the stack. */
export function explainError(error: unknown): readonly string[] {
  const message = messageOf(error);
  const place = placeOf(error);
  const excerpt = error instanceof UsageError ? error.excerpt.map((line) => `  ${line}`) : [];
  const debugging = (process.env["GRADUS_DEBUG"] ?? "") !== "";
  if (!debugging || !(error instanceof Error)) {
    const head = `gradus: ${shortened(message)}${place === undefined ? "" : ` (${place})`}`;
    return [head, ...excerpt];
  }
  // The message may have lines of its own.
  const [, ...frames] = `${error.stack}`.replace(message, () => "").split("\n");
  return [`gradus: ${error.name}: ${message}`, ...excerpt, ...frames];
}
