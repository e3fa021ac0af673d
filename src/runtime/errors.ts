/** Errors of binding, steps and restores. */
import { Legible } from "../legible.ts";
import { BindingError } from "../rule/errors.ts";
import { didYouMean } from "../suggest.ts";

export { BindingError };

/**
 * A gradient that is missing, unknown, of the wrong length or not finite. Nothing was written.
 *
 * @example
 * try {
 *   optimizer.step({ w: new Float32Array(6).fill(NaN), b: [1, 2, 3] });
 * } catch (error) {
 *   if (!(error instanceof GradientError)) throw error;
 *   optimizer.steps; // 0: leave this batch out, and go on
 * }
 */
export class GradientError extends Legible {
  override readonly name = "GradientError";
}

/**
 * A call that is not possible while `evaluate` runs, because the parameters hold the weights to evaluate.
 *
 * @example
 * const optimizer = optimize(net, chain(adam(), ema(0.999)));
 * try {
 *   optimizer.evaluate(() => optimizer.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] }));
 * } catch (error) {
 *   error instanceof EvaluationError; // true: averages stand in the parameters, which a step would change
 * }
 */
export class EvaluationError extends Legible {
  override readonly name = "EvaluationError";
}

/**
 * A use after `dispose()`.
 *
 * @example
 * optimizer.dispose();
 * try {
 *   optimizer.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
 * } catch (error) {
 *   error instanceof DisposedError; // true
 * }
 */
export class DisposedError extends Legible {
  override readonly name = "DisposedError";
}

/**
 * A thread was lost during a step.
 *
 * @example
 * saveCheckpoint("run.safetensors", optimizer);
 * try {
 *   optimizer.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
 * } catch (error) {
 *   if (!(error instanceof ThreadError)) throw error;
 *   loadCheckpoint("run.safetensors", optimizer); // parameters may be half updated
 * }
 */
export class ThreadError extends Legible {
  override readonly name = "ThreadError";
}

/** The most differences that a message lists; the error itself has all. */
const shown = 50;

/**
 * A saved state that does not fit an optimizer. Nothing was written.
 *
 * @example
 * const saved = optimize(net, sgd({ momentum: 0.9 })).state();
 * try {
 *   optimizer.restore(saved); // a state of SGD, for Adam
 * } catch (error) {
 *   if (!(error instanceof RestoreError)) throw error;
 *   error.differences.length > 1; // true: a sentence for each thing that does not fit
 * }
 */
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
