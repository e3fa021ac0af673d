/** The error of the autodiff, and how it is thrown. */
import { Legible } from "../legible.ts";

/**
 * The one error of the autodiff: what was expected, and what was found.
 *
 * @example
 * const tape = createTape(optimizer);
 * try {
 *   matmul(tape.input([32, 784]), tape.parameters.w); // [2, 3]
 * } catch (error) {
 *   error instanceof AutodiffError; // true: when it is recorded, not in a pass
 * }
 */
export class AutodiffError extends Legible {
  override readonly name = "AutodiffError";
}

/** A shape as errors print it: `[128, 784]`. */
export const printShape = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Throws unless the condition holds; the message is only built if it does not. */
export function check(condition: boolean, message: () => string): asserts condition {
  if (!condition) {
    throw new AutodiffError(message());
  }
}
