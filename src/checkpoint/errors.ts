/** The error of checkpoints, and helpers for its messages. */
import { Legible } from "../legible.ts";

/**
 * Thrown if a checkpoint cannot be read or written. What was there before is unchanged.
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

/** The most characters of a name in a message. */
const shown = 80;

/** Formats a name for messages: it may be the user's, or a stranger's. */
export function quote(name: string): string {
  return `\`${name.length > shown ? `${name.slice(0, shown)}...` : name}\``;
}

/** Puts the file's name at the start of the message of any error that the call throws. */
export function within<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw named(file, error);
  }
}

/** The same for an asynchronous call. */
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
