/** One checkpoint in a file. */
import type { RestoreOptions } from "../../runtime/state/restore.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { SaveOptions } from "../encode.ts";
import { within } from "../errors.ts";
import type { CheckpointReport } from "../restore.ts";
import type { Checkpointed } from "../source.ts";
import { pathOf } from "./files.ts";
import { writeOver } from "./place.ts";
import { readVerified } from "./read.ts";
import { load, save } from "./saveLoad.ts";

/**
 * Saves parameters and all that an optimizer needs to go on as if it had not stopped, into one file in the safetensors
 * format, which others can read. It is written beside its place, flushed to the disk and renamed: whatever
 * happens, there is a whole file under this name, the one before or the new one. The new one has the mode of the one before.
 *
 * @param path the file's, such as `"run.safetensors"`, or that of a link to it; its folder is there
 * @param optimizer from `optimize`, or `accumulate`, `galore` or `privatize`
 * @throws {CheckpointError} where it cannot be written, as when the disk is full, or the path is of something that is no
 *   file, such as a pipe or a link to nothing: what was there is as it was
 * @example saveCheckpoint("run.safetensors", optimizer, { metadata: { epoch: 3 } });
 */
export function saveCheckpoint(
  path: string | URL,
  optimizer: Checkpointed,
  options: SaveOptions = {},
): void {
  const file = pathOf(path);
  within(file, () => save(optimizer, options, undefined, (contents) => writeOver(file, contents)));
}

/**
 * Goes on where a saved run was. All of the file is verified first, and compared with the optimizer by name; then all
 * that is taken over is read into memory, and only then into the optimizer's arrays. Hyperparameters stay those of now.
 *
 * @param path of the file, as text or as a `file:` URL
 * @param optimizer with the parameters that go on
 * @param options `partial: true` takes what fits and reports the rest; `rename` maps saved names to present ones;
 *   `convert: true` takes over what was saved in another type
 * @returns the step, the notes given at saving, and what differs
 * @throws {CheckpointError} where the file cannot be read or is damaged, or changes meanwhile; nothing was changed
 * @throws {RestoreError} where it does not fit, with all that differs; nothing was changed
 * @throws {EvaluationError} inside `evaluate()`
 * @example
 * saveCheckpoint("run.safetensors", optimizer, { metadata: { epoch: 3 } });
 * const { step, metadata } = loadCheckpoint("run.safetensors", optimizer);
 */
export function loadCheckpoint(
  path: string | URL,
  optimizer: Checkpointed,
  options: RestoreOptions = {},
): CheckpointReport {
  return load(pathOf(path), optimizer, options);
}

/**
 * What is in a file, verified whole: plain data, but for arrays, which are read when asked for. Reads safetensors
 * files of other programs as well: of floats of 16 bits `read()` gives the bits.
 *
 * @param path of the file, as text or as a `file:` URL
 * @throws {CheckpointError} where the file cannot be read or is damaged
 * @example
 * saveCheckpoint("run.safetensors", optimizer);
 * const saved = readCheckpoint("run.safetensors");
 * const w = saved.parameters["w"]!.read();
 * saved.state?.parameters["w"]!["adam.m"]!.read();
 */
export function readCheckpoint(path: string | URL): Checkpoint {
  return readVerified(pathOf(path));
}
