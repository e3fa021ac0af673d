/** Writes the command's files. It only replaces files of the same kind, which it recognizes by their contents. */
import { randomUUID } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError, UsageError } from "./errors.ts";

/** A kind of file that the command writes. */
export interface Kind {
  /** The name in messages: `report of gradus`. */
  readonly name: string;
  /** Whether a text is of this kind. */
  readonly isOne: (text: string) => boolean;
}

/** Parses a JSON text that must be an object. */
export function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The largest file that the command could have written. */
const mostBytes = 1 << 28;

/** Turns the system's errors into errors of the command. */
export function attempt<T>(path: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof CommandError || cause instanceof UsageError) throw cause;
    throw new CommandError(`${path} cannot be ${what}: ${(cause as Error).message}`, { cause });
  }
}

/** The status of what is at a path; a link is not followed. Undefined if nothing is there, or its folder is a file. */
export function found(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** The bytes of a file that is not a link, a pipe or a device. @throws {CommandError} which names it */
export function readBytes(path: string, most: number): Buffer {
  return attempt(path, "read", () => {
    const stats = lstatSync(path);
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > most) throw new Error(`it has ${stats.size} bytes, and ${most} are allowed`);
    return readFileSync(path);
  });
}

/** The text of such a file. @throws {CommandError} which names it */
export const readText = (path: string, most: number): string => readBytes(path, most).toString();

/** Writes text into an open file and flushes it, so that it survives a crash. */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  fsyncSync(descriptor);
}

/** Creates a new file. */
export function writeNew(path: string, text: string, mode = 0o666): void {
  const descriptor = openSync(path, "wx", mode);
  try {
    // The mode must be exact if it replaces a file; open() applies the umask.
    if (mode !== 0o666) fchmodSync(descriptor, mode);
    writeAll(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** The path of an unfinished file. Nobody can guess its name. */
const temporaryIn = (folder: string) => join(folder, `.gradus-${randomUUID()}.tmp`);

/** Whether a name is that of a file that an interrupted process may have left behind. */
export const isTemporary = (name: string) => /^\.gradus-[0-9a-f-]{36}\.tmp$/.test(name);

/**
 * Why a file may not be written at a path; undefined if nothing is there, or a file of that kind.
 * @throws {CommandError} if it cannot be written at all
 */
export function obstacle(path: string, { name, isOne }: Kind): string | undefined {
  const stats = attempt(path, "written", () => {
    requireWritable(path);
    return found(path)?.isSymbolicLink() ? (statOfTarget(path) ?? "nothing") : found(path);
  });
  if (stats === undefined) return undefined;
  const what =
    stats === "nothing"
      ? "a link to nothing"
      : stats.isDirectory()
        ? "a folder"
        : !stats.isFile()
          ? "no file"
          : stats.size <= mostBytes && isOne(readText(realpathSync(path), mostBytes))
            ? undefined
            : `a file that is not a ${name}`;
  if (what === undefined) return undefined;
  return `${path} is ${what}: it stays as it is; name another file, or move that one away`;
}

const statOfTarget = (path: string) => statSync(path, { throwIfNoEntry: false });

/** Checks before the work that a file can be written after it. */
function requireWritable(path: string): void {
  let folder = dirname(resolve(path));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
  accessSync(folder, constants.W_OK);
}

/**
 * Writes a file, and creates its folder. The write is atomic. A file of its kind is replaced, and keeps its mode. A link
 * is followed.
 * @throws {CommandError} if something else is there, which stays as it is
 */
export function writeOwn(path: string, text: string, kind: Kind): void {
  attempt(path, "written", () => {
    mkdirSync(dirname(path), { recursive: true });
    const refused = obstacle(path, kind);
    if (refused !== undefined) throw new CommandError(refused);
    const before = found(path);
    const target = before === undefined ? path : realpathSync(path);
    const temporary = temporaryIn(dirname(target));
    try {
      if (before === undefined) {
        writeNew(temporary, text);
        // It fails if something was created there meanwhile.
        linkSync(temporary, target);
      } else {
        writeNew(temporary, text, statSync(target).mode & 0o7777);
        renameSync(temporary, target);
      }
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}
