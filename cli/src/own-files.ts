/** Files that the command writes: where nothing is, or over one of its own, which it knows by what is in it. */
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

/** One kind of file that the command makes. */
export interface Kind {
  /** As messages say it: `report of gradus`. */
  readonly name: string;
  /** Whether this is the text of one. */
  readonly isOne: (text: string) => boolean;
}

/** A text that JSON makes an object of. */
export function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Larger files are none that the command has made. */
const mostBytes = 1 << 28;

/** What the system says, in the words of the command. */
export function attempt<T>(path: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof CommandError || cause instanceof UsageError) throw cause;
    throw new CommandError(`${path} cannot be ${what}: ${(cause as Error).message}`, { cause });
  }
}

/** What is there; a link is itself. In what is no folder nothing is. */
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

/** Writes text into an open file and flushes it, so that it is there whatever happens next. */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  fsyncSync(descriptor);
}

/** Makes a file that was not there. */
export function writeNew(path: string, text: string, mode = 0o666): void {
  const descriptor = openSync(path, "wx", mode);
  try {
    // Exactly so, where it replaces one.
    if (mode !== 0o666) fchmodSync(descriptor, mode);
    writeAll(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** Where a file is that is not finished. Nobody can guess its name. */
const temporaryIn = (folder: string) => join(folder, `.gradus-${randomUUID()}.tmp`);

/** Whether a name is that of a file that a stop may have left. */
export const isTemporary = (name: string) => /^\.gradus-[0-9a-f-]{36}\.tmp$/.test(name);

/**
 * Why a file may not be written at a path; nothing where none is, or one of that kind.
 * @throws {CommandError} where it cannot be written at all
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

/** Says before the work what would be found out after it. */
function requireWritable(path: string): void {
  let folder = dirname(resolve(path));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
  accessSync(folder, constants.W_OK);
}

/**
 * Writes a file, and makes its folder. It is there whole or not at all; one of its kind is replaced, keeps its mode,
 * and stays where a link leads to it.
 * @throws {CommandError} where something else is there: it stays as it is
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
        // It fails where something has come meanwhile.
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
