/** What can be wrong with a function to be minimised, its start or its options. */
import { Legible } from "../legible.ts";

/** A start, bounds, an option or what the function returns that is none. Nothing was changed. */
export class MinimizeError extends Legible {
  override readonly name = "MinimizeError";
}
