/** Errors about the function to minimize, its start or its options. */
import { Legible } from "../legible.ts";

/** A start, a bound, an option, or what the function returns is not valid. Nothing was changed. */
export class MinimizeError extends Legible {
  override readonly name = "MinimizeError";
}
