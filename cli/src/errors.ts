/** The errors of the command, and how it prints errors of any kind. */
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { Legible, shortened } from "../../src/legible.ts";
import { packageRoot } from "./package-root.ts";

/** A mistake in how the command was called: one line, maybe with an excerpt, and exit code 2. */
export class UsageError extends Legible {
  override readonly name = "UsageError";
  /** Lines that show the place of the mistake in the typed text. */
  readonly excerpt: readonly string[];

  constructor(
    message: string,
    options: ErrorOptions & { readonly excerpt?: readonly string[] } = {},
  ) {
    super(message, options);
    this.excerpt = options.excerpt ?? [];
  }
}

/** Something that the command cannot do, and the reason: one line, and exit code 1. */
export class CommandError extends Legible {
  override readonly name = "CommandError";
}

/** The exit codes of a command that ends by itself. After a signal it is another one (stopping.ts). */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** Errors of the library that say that an option is wrong. */
const usageErrors: readonly string[] = [
  ...["UsageError", "HyperparameterError", "MinimizeError", "SettingError"],
];

/** Errors that all ranks of a run find, so that only one rank prints them. */
const sharedErrors: readonly string[] = [
  ...usageErrors,
  ...["CommandError", "CommunicatorError", "RankError", "CheckpointError", "RestoreError"],
];

export const isOfAllRanks = (error: unknown): boolean =>
  error instanceof Error && sharedErrors.includes(error.name);

/** Errors of the library that a rule can cause. */
const ruleErrors: readonly string[] = ["BindingError", "HyperparameterError", "RuleError"];

/**
 * Does something with a rule that was typed.
 * @param label of the rule
 * @throws {UsageError} with the library's message about the rule
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

/** The exit code for an error. It goes by name, because errors from another thread have lost their class. */
export function exitCodeOf(error: unknown): number {
  const name = error instanceof Error ? error.name : "";
  return usageErrors.includes(name) ? exitCodes.usage : exitCodes.failed;
}

/** The message of any thrown value: a task may throw anything. */
export const messageOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}`
    : inspect(error, { breakLength: Number.POSITIVE_INFINITY });

/** A position in a stack trace: a file's address or path, a line, and mostly a column. */
const placePattern = /(?:^|[\s(])(file:\/\/\S+?|\/[^\s()]+|[A-Za-z]:\\[^\s()]+):(\d+(?::\d+)?)\)?$/;

/** Whether a file belongs to this package or to an installed one. */
function isOfPackages(path: string): boolean {
  const inside = relative(packageRoot(), path).split(sep);
  return ["dist", "src"].includes(inside[0]!) || path.split(sep).includes("node_modules");
}

/** The position in the user's own module at which an error arose, as `task.ts:3:14`; `undefined` if it arose elsewhere. */
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

/** A line with the message, and the position in the user's own task; with `GRADUS_DEBUG=1` also the stack trace. */
export function explainError(error: unknown): readonly string[] {
  const message = messageOf(error);
  const place = placeOf(error);
  const excerpt = error instanceof UsageError ? error.excerpt.map((line) => `  ${line}`) : [];
  const debugging = (process.env["GRADUS_DEBUG"] ?? "") !== "";
  if (!debugging || !(error instanceof Error)) {
    const head = `gradus: ${shortened(message)}${place === undefined ? "" : ` (${place})`}`;
    return [head, ...excerpt];
  }
  // The message may have several lines.
  const [, ...frames] = `${error.stack}`.replace(message, () => "").split("\n");
  return [`gradus: ${error.name}: ${message}`, ...excerpt, ...frames];
}
