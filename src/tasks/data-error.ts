/** The error of data that cannot be used. */
import { Legible } from "../legible.ts";

/**
 * A data file or folder that cannot be used. The message names the file, says what is wrong with it
 * and what to do about it; the three parts are also kept apart, for commands that lay them out.
 *
 * @example
 * const missing = new DataError("data/train.csv", "there is no such file", "Download it first.");
 * missing.message; // "data/train.csv: there is no such file. Download it first."
 * missing.remedy; // "Download it first."
 */
export class DataError extends Legible {
  override readonly name = "DataError";
  /** The file or folder, as it was looked for. */
  readonly path: string;
  /** What is wrong, without a full stop. */
  readonly problem: string;
  /** What to do, a full sentence. */
  readonly remedy: string;

  constructor(path: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${path}: ${problem}. ${remedy}`, options);
    this.path = path;
    this.problem = problem;
    this.remedy = remedy;
  }
}
