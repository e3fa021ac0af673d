/** Manages the folder of a run: what was asked, what is finished, and which process uses it. */
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CommandError, UsageError } from "./errors.ts";
import { FolderLock, isOfLock } from "./lock/lock.ts";
import {
  attempt,
  found,
  isTemporary,
  type Kind,
  parsed,
  readBytes,
  readText,
  writeAll,
  writeOwn,
} from "./own-files.ts";
import { quoted } from "./quote.ts";

/** The contents of `run.json`. Each kind of run adds fields. */
export interface Asked {
  /** The version of this format. */
  readonly version: 1;
  readonly kind: "compare" | "train";
  /** The command line, and when it was typed. */
  readonly command: string;
  readonly date: string;
}

/** Errors that say that an option is wrong. */
const refusals = [
  ...["UsageError", "SettingError", "HyperparameterError", "BindingError", "RuleError"],
];

const askedFile = "run.json";
const journalFile = "runs.jsonl";

/** The files that all runs have in their folders. */
const files = [askedFile, journalFile, "report.html", "comparison.json", "weights.safetensors"];
const folders = ["checkpoints"];

/** The largest size of `run.json` in bytes. */
const mostAsked = 1 << 20;

const askedKind: Kind = {
  name: "run.json of gradus",
  isOne: (text) => (parsed(text) as Partial<Asked> | undefined)?.version === 1,
};

export class RunFolder {
  readonly path: string;
  readonly #lock: FolderLock;
  /** For a run that began here: the outermost folder that was created for it, if any. */
  readonly #begun: { readonly made: string | undefined } | undefined;

  private constructor(
    path: string,
    lock: FolderLock,
    begun?: { readonly made: string | undefined },
  ) {
    this.path = path;
    this.#lock = lock;
    this.#begun = begun;
  }

  /**
   * Creates a folder for a new run, or takes an empty one.
   * @throws {UsageError} if there is something in it
   * @throws {CommandError} if it cannot be created, or another process has it
   */
  static async begin(path: string, asked: Asked): Promise<RunFolder> {
    const made = attempt(path, "made", () => mkdirSync(path, { recursive: true }));
    requireEmpty(path);
    const folder = new RunFolder(path, await FolderLock.take(path), { made });
    return folder.#within(() => {
      // Another run may have begun meanwhile.
      requireEmpty(path);
      writeOwn(folder.#askedPath, `${JSON.stringify(asked, null, 1)}\n`, askedKind);
    });
  }

  /**
   * Takes the folder of a stopped run. Nothing in it is removed.
   * @returns the folder, and what was asked at the start
   * @throws {UsageError} if there is no such run in it
   * @throws {CommandError} if another process uses it, or a file in it is not one of a run
   */
  static async resume<A extends Asked>(
    path: string,
    kind: A["kind"],
  ): Promise<{ folder: RunFolder; asked: A }> {
    const asked = readAsked(path, kind) as A;
    const folder = new RunFolder(path, await FolderLock.take(path));
    return { folder: folder.#within(() => requirePlain(path)), asked };
  }

  /**
   * Does something with the contents of `run.json`.
   * @throws {CommandError} which names the file, if the library or the command refuses the contents
   */
  naming<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      if (!(cause instanceof Error && refusals.includes(cause.name))) throw cause;
      throw new CommandError(`${this.#askedPath}: ${cause.message}`, { cause });
    }
  }

  /** Adds a line to the finished entries, and flushes it. */
  append(entry: unknown): void {
    const file = this.journal;
    attempt(file, "written", () => {
      const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
      const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0), 0o666);
      try {
        writeAll(descriptor, `${JSON.stringify(entry)}\n`);
      } finally {
        closeSync(descriptor);
      }
    });
  }

  /** The lines that were added. A last line that was cut off by a stop is removed. */
  entries(): unknown[] {
    const file = this.journal;
    if (found(file) === undefined) return [];
    const bytes = readBytes(file, Number.POSITIVE_INFINITY);
    const entries: unknown[] = [];
    let whole = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, whole)) {
      const entry = parsed(bytes.toString("utf8", whole, end));
      if (entry === undefined) {
        throw new CommandError(`${file}: line ${entries.length + 1} is not JSON`);
      }
      entries.push(entry);
      whole = end + 1;
    }
    if (whole < bytes.length) attempt(file, "written", () => truncateSync(file, whole));
    return entries;
  }

  /** The path of the file with the finished entries. */
  get journal(): string {
    return join(this.path, journalFile);
  }

  get #askedPath(): string {
    return join(this.path, askedFile);
  }

  /** Calls a function, and releases the folder if it throws. */
  #within(act: () => void): this {
    try {
      act();
      // Files that a stopped process was still writing.
      const left = readdirSync(this.path).filter(isTemporary);
      for (const name of left) rmSync(join(this.path, name), { force: true });
      return this;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Releases the folder. */
  release(): void {
    this.#lock.release();
  }

  /**
   * Removes what a run that began here has created, and the folders that were created for it, unless they contain other
   * files. Of a resumed run, nothing is removed.
   */
  remove(): void {
    if (this.#begun === undefined) return;
    for (const name of [journalFile, askedFile]) rmSync(join(this.path, name), { force: true });
    this.release();
    const { made } = this.#begun;
    if (made === undefined) return;
    try {
      for (let path = this.path; path.length >= made.length; path = dirname(path)) rmdirSync(path);
    } catch {
      // Somebody else put something there.
    }
  }
}

const isRun = (path: string): boolean => {
  const file = join(path, askedFile);
  return found(file)?.isFile() === true && askedKind.isOne(readText(file, mostAsked));
};

/** @throws {UsageError} if a folder is not empty; leftovers of an interrupted start do not count */
function requireEmpty(path: string): void {
  const names = attempt(path, "read", () => readdirSync(path));
  const others = names.filter((name) => !isOfLock(name) && !isTemporary(name)).sort();
  if (others.length === 0) return;
  if (others.includes(askedFile) && isRun(path)) {
    throw new UsageError(
      `there is a run in ${path}: continue it with --resume ${quoted([path])}, name another folder, or remove that one`,
    );
  }
  const more = others.length === 1 ? "" : ` and ${others.length - 1} more`;
  throw new UsageError(
    `${path} is not the folder of a run: ${JSON.stringify(others[0])}${more} is in the way, and stays; name a folder that is new or empty`,
  );
}

/** The contents of `run.json`. */
function readAsked(path: string, kind: Asked["kind"]): Asked {
  const file = join(path, askedFile);
  if (found(file) === undefined) {
    throw new UsageError(
      `--resume ${path}: there is no run in it (no ${askedFile}); a run prints its folder when it starts`,
    );
  }
  const asked = parsed(readText(file, mostAsked)) as Asked | undefined;
  if (asked === undefined)
    throw new CommandError(`${file}: it is not JSON, so not a file of a run`);
  if (asked.version !== 1) {
    throw new UsageError(`--resume ${path}: another version of gradus made this run`);
  }
  if (asked.kind !== kind) {
    if (!["compare", "train"].includes(asked.kind))
      throw new CommandError(`${file}: it is not a file of a run`);
    throw new UsageError(`--resume ${path}: that is a run of \`gradus ${asked.kind}\``);
  }
  return asked;
}

/** Refuses links, because a run would write through them into files of somebody else. @throws {CommandError} */
function requirePlain(path: string): void {
  for (const name of [...files, ...folders]) {
    const stats = found(join(path, name));
    if (stats === undefined) continue;
    const isPlain = folders.includes(name) ? stats.isDirectory() : stats.isFile();
    if (!isPlain) {
      throw new CommandError(
        `${join(path, name)} is a link, or of another kind than a run makes: it stays as it is; put a ${folders.includes(name) ? "folder" : "file"} in its place`,
      );
    }
  }
}
