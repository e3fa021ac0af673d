/** Reads files and folders of data. */
import { closeSync, readdirSync, readFileSync } from "node:fs";
import { DataError } from "gradus/tasks";
import { openRegular } from "../../../src/runtime/regularFile.ts";

/** The bytes of a file. @throws DataError if it is missing, is not a plain file, or cannot be read */
export function readBytes(path: string): Uint8Array {
  try {
    return readPlainFile(path);
  } catch (cause) {
    throw asDataError(
      path,
      "file",
      "Check the path, and that it is a file that you may read.",
      cause,
    );
  }
}

function readPlainFile(path: string): Uint8Array {
  const descriptor = openRegular(path);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The names in a folder. @throws DataError with the given remedy if it is missing or not a folder */
export function listFolder(path: string, remedy: string): string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    throw asDataError(path, "folder", remedy, cause);
  }
}

function asDataError(path: string, kind: string, remedy: string, cause: unknown): DataError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const problem =
    code === "ENOENT" ? `there is no such ${kind}` : `it cannot be read as a ${kind} (${message})`;
  return new DataError(path, problem, remedy, { cause });
}
