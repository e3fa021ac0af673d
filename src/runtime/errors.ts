/** Errors of binding, steps and restores. */
import { Legible } from "../legible.ts";
import { BindingError } from "../rule/errors.ts";
import { didYouMean } from "../suggest.ts";

export { BindingError };

/** A gradient that is missing, unknown, of the wrong length or not finite. Nothing was written. */
export class GradientError extends Legible {
  override readonly name = "GradientError";
}

/** A call that is not possible while `evaluate` runs, because the parameters hold the weights to evaluate. */
export class EvaluationError extends Legible {
  override readonly name = "EvaluationError";
}

/** A use after `dispose()`. */
export class DisposedError extends Legible {
  override readonly name = "DisposedError";
}

/** A thread was lost during a step. */
export class ThreadError extends Legible {
  override readonly name = "ThreadError";
}

/** The most differences that a message lists; the error itself has all. */
const shown = 50;

/** A saved state that does not fit an optimizer. Nothing was written. */
export class RestoreError extends Legible {
  override readonly name = "RestoreError";
  /** All differences, one sentence each. */
  readonly differences: readonly string[];

  constructor(differences: readonly string[]) {
    const more = differences.length > shown ? `; and ${differences.length - shown} more` : "";
    super(`the saved state does not fit: ${differences.slice(0, shown).join("; ")}${more}`);
    this.differences = differences;
  }
}

/** @throws {BindingError} if these are no options, or one of them is unknown */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new BindingError(`${where}: options are an object with ${known.join(", ")}`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new BindingError(
      `${where}: unknown option \`${unknown}\`${didYouMean(unknown, known)} (it has ${known.join(", ")})`,
    );
  }
}
