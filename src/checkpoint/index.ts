/**
 * Checkpoints: files with parameters and optimizer state, so that a run can stop and continue with the same bits.
 *
 * @packageDocumentation
 */
export { checkpointBlob, loadCheckpointBlob } from "./browser/blob.ts";
export { BrowserCheckpoints, browserCheckpoints } from "./browser/folder.ts";
export type { Checkpoint, OtherTensor, StoredTensor } from "./checkpoint.ts";
export type { SaveOptions } from "./encode.ts";
export { CheckpointError } from "./errors.ts";
export type { CheckpointMetadata } from "./manifest.ts";
export { loadCheckpoint, readCheckpoint, saveCheckpoint } from "./node/checkpoint.ts";
export { CheckpointFolder, checkpoints } from "./node/folder.ts";
export type { CheckpointReport } from "./restore.ts";
export type { CheckpointEntry, CheckpointsOptions, ResumeReport } from "./rotation.ts";
export type { DataType } from "./safetensors/format.ts";
export type { Checkpointed } from "./source.ts";
