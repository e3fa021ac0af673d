/** A file that is none of PyTorch's, is damaged, or holds more than plain data and tensors. */
export class TorchFileError extends Error {
  override readonly name = "TorchFileError";
}
