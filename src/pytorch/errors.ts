/** The error of PyTorch's files. */
import { Legible } from "../legible.ts";

/**
 * A file that is none of PyTorch's, is damaged, or holds more than plain data and tensors.
 *
 * @example
 * try {
 *   readTorch(new Uint8Array(100));
 * } catch (error) {
 *   error instanceof TorchFileError; // true: that is no file of PyTorch's
 * }
 */
export class TorchFileError extends Legible {
  override readonly name = "TorchFileError";
}
