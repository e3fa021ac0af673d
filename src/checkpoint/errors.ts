/** The error of checkpoints, and what stands in it. */
import { Legible } from "../legible.ts";

/**
 * A checkpoint that cannot be read or written. What was there before is as it was.
 *
 * @example
 * try {
 *   loadCheckpoint("nowhere.safetensors", optimizer);
 * } catch (error) {
 *   if (!(error instanceof CheckpointError)) throw error;
 *   optimizer.steps; // 0: begin anew
 * }
 */
export class CheckpointError extends Legible {
  override readonly name = "CheckpointError";
}

/** What a message shows of a name. */
const shown = 80;

/** A name as messages show it: names are the user's, or a stranger's. */
export function quote(name: string): string {
  return `\`${name.length > shown ? `${name.slice(0, shown)}...` : name}\``;
}

/** Says of all that goes wrong within where it did: the file's name stands before it. */
export function within<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw named(file, error);
  }
}

/** As `within`, of what is waited for. */
export async function withinAsync<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw named(file, error);
  }
}

function named(file: string, error: unknown): unknown {
  const isOurs = error instanceof CheckpointError;
  return isOurs ? new CheckpointError(`${file}: ${error.message}`, { cause: error.cause }) : error;
}
