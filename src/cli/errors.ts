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
    throw new UsageError(message!.startsWith(label) ? message : `${label}: ${message}`, { cause });
  }
}

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
