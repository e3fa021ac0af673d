/** Puts a file in its final place, so that there is always a complete file under its name: the old one or the new one. */
import { requireRegular } from "../../runtime/regularFile.ts";
import { builtin } from "../../runtime/threads/platform.ts";
import { CheckpointError, quote } from "../errors.ts";
import { attempt, codeOf, fileSystem } from "./files.ts";
import { removeQuietly } from "./temporary.ts";
import { type Manners, type WriteContents, writeBeside } from "./write.ts";

/** The target of a path, and the file there. */
interface Place {
  readonly path: string;
  readonly replaced: Manners | undefined;
}

/** @throws {CheckpointError} if it is a link to nothing */
function placeOf(path: string): Place {
  const { statSync, lstatSync, readlinkSync, realpathSync } = fileSystem();
  // Ask the system first: it refuses links that others have left in folders where everyone may write.
  const replaced = statSync(path, { throwIfNoEntry: false });
  if (replaced !== undefined) {
    requireRegular(replaced);
    return { path: realpathSync(path), replaced };
  }
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new CheckpointError(
      `it is a link to ${quote(readlinkSync(path))}, which does not exist: remove the link, or create its target`,
    );
  }
  return { path, replaced };
}

/** Errors to ignore: some file systems, such as those of networks, cannot flush folders, and some folders cannot be opened. */
const cannotFlush = new Set<string | undefined>(["EINVAL", "ENOTSUP", "EACCES"]);

/** Flushes the folder, so that the name survives a power failure too. */
function flushFolderOf(path: string): void {
  const { openSync, fsyncSync, closeSync } = fileSystem();
  // Windows cannot open folders, and writes names at once.
  if (globalThis.process.platform === "win32") {
    return;
  }
  try {
    const folder = builtin<typeof import("node:path")>("node:path")!.dirname(path);
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!cannotFlush.has(codeOf(error))) {
      throw error;
    }
  }
}

/**
 * Writes a checkpoint in place of the file with this name, if there is one. It follows a link, and keeps owner and permissions.
 * @throws {CheckpointError} if the system refuses, or something other than a file has the name: it stays as it was
 */
export function writeOver(path: string, contents: WriteContents): void {
  attempt("written", () => {
    const place = placeOf(path);
    writeBeside(place.path, contents, place.replaced, (temporary) =>
      fileSystem().renameSync(temporary, place.path),
    );
    flushFolderOf(place.path);
  });
}

/**
 * Writes a checkpoint under a name that is free.
 * @param ready called when everything is written, before the file gets its name, and again if the name is taken by then; it may
 *   throw
 * @throws {CheckpointError} if the system refuses, or the name is taken: nothing was changed
 */
export function writeNew(path: string, contents: WriteContents, ready: () => void): void {
  attempt("written", () =>
    writeBeside(path, contents, undefined, (temporary) => {
      ready();
      if (!takeName(temporary, path)) {
        ready();
        throw new CheckpointError("another run has just saved under this name");
      }
      try {
        flushFolderOf(path);
      } catch (error) {
        removeQuietly(path);
        throw error;
      }
    }),
  );
}

/** Gives a file a free name. @returns false if the name is taken */
function takeName(temporary: string, path: string): boolean {
  try {
    fileSystem().linkSync(temporary, path);
    return true;
  } catch (error) {
    return codeOf(error) === "EEXIST"
      ? // On a network, the answer may have been lost, so that the call was made twice.
        isSameFile(temporary, path)
      : takeNameWithoutLinks(temporary, path);
  }
}

function isSameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) =>
    fileSystem().lstatSync(path, { bigint: true, throwIfNoEntry: false }),
  );
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** For file systems where a file has only one name, such as FAT: an empty file takes the name, and this run may replace it. */
function takeNameWithoutLinks(temporary: string, path: string): boolean {
  const { openSync, closeSync, renameSync } = fileSystem();
  try {
    closeSync(openSync(path, "wx"));
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      return false;
    }
    throw error;
  }
  try {
    renameSync(temporary, path);
    return true;
  } catch (error) {
    removeQuietly(path);
    throw error;
  }
}
