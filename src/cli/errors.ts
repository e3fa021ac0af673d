/** Mistakes in how the command was called: one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that the command cannot do, and why: one line, exit code 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** 0 done, 1 failed, 2 called wrongly, 130 stopped by Ctrl-C, as shells count it. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Errors of the library that say that an option is wrong. */
const usageErrors: readonly string[] = ["UsageError", "HyperparameterError", "SettingError"];

/** By name, because errors that come from another thread have lost their class. */
export function exitCodeOf(error: unknown): number {
  const name = error instanceof Error ? error.name : "";
  return usageErrors.includes(name) ? exitCodes.usage : exitCodes.failed;
}

/** The message; with `GRADUS_DEBUG=1` the stack as well. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const debugging = (process.env["GRADUS_DEBUG"] ?? "") !== "";
  return debugging && error.stack !== undefined ? error.stack : error.message;
}
