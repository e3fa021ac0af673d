/**
 * Reads and writes files of `torch.save`: runs that PyTorch began go on here, and the other way round.
 *
 * @packageDocumentation
 */
export { TorchFileError } from "./errors.ts";
export { readTorch, writeTorch } from "./file.ts";
export { type LoadTorchOptions, loadTorch, type TorchStates, type TorchTarget } from "./load.ts";
export { type TorchStatesOptions, torchStates } from "./save.ts";
export {
  type TorchArrays,
  type TorchDict,
  type TorchTensor,
  TorchTuple,
  type TorchType,
  type TorchValue,
  tensorOf,
} from "./value.ts";
