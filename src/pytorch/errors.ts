/** The error of PyTorch's files. */
import { Legible } from "../legible.ts";

/** A file that is none of PyTorch's, is damaged, or holds more than plain data and tensors. */
export class TorchFileError extends Legible {
  override readonly name = "TorchFileError";
}
