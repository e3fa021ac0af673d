/** Puts a file where it is to be, so that under its name there is always a whole one: the one before, or the new one. */
import { requireRegular } from "../../runtime/regularFile.ts";
import { builtin } from "../../runtime/threads/platform.ts";
import { CheckpointError, quote } from "../errors.ts";
import { attempt, codeOf, fileSystem } from "./files.ts";
import { removeQuietly } from "./temporary.ts";
import { type Manners, type WriteContents, writeBeside } from "./write.ts";

/** Where a path leads to, and what is there. */
interface Place {
  readonly path: string;
  readonly replaced: Manners | undefined;
}

/** @throws {CheckpointError} where it is a link to nothing */
function placeOf(path: string): Place {
  const { statSync, lstatSync, readlinkSync, realpathSync } = fileSystem();
  // The system looks first: it refuses links that others have left where all may write.
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

/** Some file systems, such as those of networks, flush no folders; and some folders cannot be looked at. */
const cannotFlush = new Set<string | undefined>(["EINVAL", "ENOTSUP", "EACCES"]);

/** So that the name is there after the power was gone as well. */
function flushFolderOf(path: string): void {
  const { openSync, fsyncSync, closeSync } = fileSystem();
  // Windows opens no folders, and writes names at once.
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
 * Writes a checkpoint over what has the name, if anything: behind a link, and for the same eyes.
 * @throws {CheckpointError} where the system refuses, or something has the name that is no file: that is as it was
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
 * Writes a checkpoint under a name that nothing has.
 * @param ready called when all is written, before it gets the name, and again where another has it then: may throw
 * @throws {CheckpointError} where the system refuses, or something has the name: nothing was changed
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

/** Gives a file a name that nothing has. @returns false where something has it */
function takeName(temporary: string, path: string): boolean {
  try {
    fileSystem().linkSync(temporary, path);
    return true;
  } catch (error) {
    return codeOf(error) === "EEXIST"
      ? // Over a network the answer may have been lost, and the call made twice.
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

/** Where a file has one name, as on FAT: the name is taken by an empty file, which is this run's to replace. */
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
