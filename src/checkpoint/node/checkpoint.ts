/** Saves and loads one checkpoint in a file. */
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
 * Saves parameters and everything that an optimizer needs to continue as if it had not stopped. The file has the safetensors
 * format, which other programs can read. It is written next to its final place, flushed to the disk and renamed. So there is always
 * a complete file under this name, the old one or the new one. The new one has the permissions of the old one.
 *
 * @param path the file's path, such as `"run.safetensors"`, or that of a link to it. Its folder must exist
 * @param optimizer from `optimize`, `accumulate`, `galore` or `privatize`
 * @throws {CheckpointError} if it cannot be written, for example because the disk is full, or the path is not that of a file, but
 *   of a pipe or a link to nothing. The old file is unchanged
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
 * Continues from a checkpoint. The whole file is verified first, and compared with the optimizer by name. Then everything that fits
 * is read into memory, and only then copied to the optimizer's arrays. Hyperparameters keep their present values.
 *
 * @param path the file's path, as text or as a `file:` URL
 * @param optimizer the optimizer to continue with
 * @param options `partial: true` takes what fits and reports the rest; `rename` maps saved names to present ones; `convert: true`
 *   converts arrays that were saved in another type
 * @returns the step, the metadata given at saving, and all differences
 * @throws {CheckpointError} if the file cannot be read, is damaged, or changes in the meantime; nothing was changed
 * @throws {RestoreError} if it does not fit, with all differences; nothing was changed
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
 * The contents of a file, verified as a whole: plain data, except for arrays, which are read on demand. It also reads safetensors
 * files of other programs; for floats of 16 bits, `read()` returns the bits.
 *
 * @param path the file's path, as text or as a `file:` URL
 * @throws {CheckpointError} if the file cannot be read or is damaged
 * @example
 * saveCheckpoint("run.safetensors", optimizer);
 * const saved = readCheckpoint("run.safetensors");
 * const w = saved.parameters["w"]!.read();
 * saved.state?.parameters["w"]!["adam.m"]!.read();
 */
export function readCheckpoint(path: string | URL): Checkpoint {
  return readVerified(pathOf(path));
}
