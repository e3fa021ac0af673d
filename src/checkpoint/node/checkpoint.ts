/** One checkpoint in a file. */
import type { RestoreOptions } from "../../runtime/restore.ts";
import { builtin } from "../../runtime/threads/platform.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { encode, type SaveOptions } from "../encode.ts";
import { within } from "../errors.ts";
import { type CheckpointReport, restoreFrom } from "../restore.ts";
import type { Checkpointed } from "../source.ts";
import { pathOf } from "./files.ts";
import { readVerified, withCheckpoint } from "./read.ts";
import { writeWhole } from "./write.ts";

/**
 * Saves parameters and all that an optimizer needs to go on as if it had not stopped, into one file in the safetensors
 * format, which others can read. It is written beside its place, flushed to the disk and renamed: whatever
 * happens, there is a whole file under this name, the one before or the new one.
 *
 * @param path the file's, such as `"run.safetensors"`; its folder is there
 * @param optimizer from `optimize`, or `accumulate`, `galore` or `privatize`
 * @throws {CheckpointError} where it cannot be written, as when the disk is full
 * @example saveCheckpoint("run.safetensors", optimizer, { metadata: { epoch: 3 } });
 */
export function saveCheckpoint(
  path: string | URL,
  optimizer: Checkpointed,
  options: SaveOptions = {},
): void {
  const file = pathOf(path);
  within(file, () => {
    const folder = builtin<typeof import("node:path")>("node:path")!.dirname(file);
    writeWhole(folder, file, encode(optimizer, options));
  });
}

/**
 * Goes on where a saved run was: reads parameters and state straight into the optimizer's arrays. All of the file is
 * verified first, and compared with the optimizer by name; hyperparameters stay those of now.
 *
 * @param options `partial: true` takes what fits and reports the rest; `rename` maps saved names to present ones
 * @returns the step, the notes given at saving, and what differs
 * @throws {CheckpointError} where the file cannot be read or is damaged; nothing was changed, unless the disk
 *   fails after all was verified
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
  return withCheckpoint(pathOf(path), (found) => restoreFrom(found, optimizer, options));
}

/**
 * What is in a file, verified whole: plain data, but for arrays, which are read when asked for. Reads safetensors
 * files of other programs as well.
 *
 * @throws {CheckpointError} where the file cannot be read or is damaged
 * @example
 * saveCheckpoint("run.safetensors", optimizer);
 * const { parameters, state } = readCheckpoint("run.safetensors");
 * const w = parameters["w"]!.read();
 * state?.parameters["w"]!["adam.m"]!.read();
 */
export function readCheckpoint(path: string | URL): Checkpoint {
  return readVerified(pathOf(path));
}
