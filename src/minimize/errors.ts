/** Errors about the function to minimize, its start or its options. */
import { Legible } from "../legible.ts";

/**
 * A start, a bound, an option, or what the function returns is not valid. Nothing was changed.
 *
 * @example
 * try {
 *   minimize(([x]) => x ** 2, [1], { method: bfgs(), bounds: { lower: 0 } });
 * } catch (error) {
 *   error instanceof MinimizeError; // true: bfgs takes no bounds
 * }
 */
export class MinimizeError extends Legible {
  override readonly name = "MinimizeError";
}
