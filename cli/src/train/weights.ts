/** Finds out which run made the weights in a folder. */
import { isDeepStrictEqual } from "node:util";
import { readCheckpoint } from "gradus/checkpoint";
import { CommandError } from "../errors.ts";
import { found } from "../own-files.ts";
import type { Asked } from "../run-folder.ts";

/** The record, in the weights, of the run that made them. */
export const madeBy = ({ command, date }: Asked) => ({ run: { command, date } });

/**
 * Whether a run has its weights already.
 * @throws {CommandError} if another file is in their place
 */
export function isFinished(weights: string, asked: Asked): boolean {
  if (found(weights) === undefined) return false;
  if (isDeepStrictEqual(writerOf(weights), madeBy(asked).run)) return true;
  throw new CommandError(
    `${weights} is damaged, or not from this run, and is in the way: it stays as it is; move it away`,
  );
}

function writerOf(weights: string): unknown {
  try {
    return readCheckpoint(weights).metadata["run"];
  } catch {
    return undefined;
  }
}
