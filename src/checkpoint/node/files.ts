/** Node's file system, with its errors as `CheckpointError`. */
import { builtin } from "../../runtime/threads/platform.ts";
import { tagOf } from "../../tag.ts";
import { CheckpointError, within } from "../errors.ts";

type FileSystem = typeof import("node:fs");
type Locations = typeof import("node:url");

/** @throws {CheckpointError} if this is not Node */
export function fileSystem(): FileSystem {
  const found = builtin<FileSystem>("node:fs");
  if (found === undefined) {
    throw new CheckpointError(
      "there are files in Node only: on a page, use checkpointBlob() or browserCheckpoints()",
    );
  }
  return found;
}

const isUrl = (path: unknown): path is URL => tagOf(path) === "URL";

/** @throws {CheckpointError} if it is not a path, or this is not Node */
export function pathOf(path: string | URL): string {
  fileSystem();
  if (isUrl(path)) {
    return within(path.href, () =>
      attempt("found", () => builtin<Locations>("node:url")!.fileURLToPath(path)),
    );
  }
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new CheckpointError(`a path must be a string or a URL, not ${JSON.stringify(path)}`);
  }
  return path;
}

/** The system's code for a failure. */
export const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;

/** @throws {CheckpointError} with the system's message, if the system refuses */
export function attempt<T>(done: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) === undefined) {
      throw error;
    }
    throw new CheckpointError(`it cannot be ${done}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
