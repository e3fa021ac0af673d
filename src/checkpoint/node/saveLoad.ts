/** Saves and loads one file: in this process alone, or on all ranks together. */
import { Feature } from "../../feature.ts";
import type { RestoreOptions } from "../../runtime/state/restore.ts";
import { encode, type SaveOptions } from "../encode.ts";
import { type CheckpointReport, prepare } from "../restore.ts";
import type { Checkpointed } from "../source.ts";
import type * as ranks from "./ranks.ts";
import { withCheckpoint } from "./read.ts";
import { type WriteContents, writingAll } from "./write.ts";

/** Saving and loading on all ranks (ranks.ts). gradus/distributed provides it. */
export const rankCheckpoints = new Feature<typeof ranks>();

/**
 * @param process the number of this process, if others may write into the folder
 * @param put writes contents to a temporary file, and renames it
 */
export function save(
  optimizer: Checkpointed,
  options: SaveOptions,
  process: number | undefined,
  put: (contents: WriteContents) => void,
): void {
  const { rankGroup } = optimizer;
  if (rankGroup === undefined) {
    put(writingAll(encode(optimizer, options, process)));
  } else {
    rankCheckpoints.value.saveOnRanks(optimizer, rankGroup, options, process, put);
  }
}

/** @see loadCheckpoint */
export function load(
  path: string,
  optimizer: Checkpointed,
  options: RestoreOptions,
): CheckpointReport {
  const { rankGroup } = optimizer;
  return rankGroup === undefined
    ? withCheckpoint(path, (found) => prepare(found, optimizer, options)())
    : rankCheckpoints.value.loadOnRanks(path, optimizer, rankGroup, options);
}
