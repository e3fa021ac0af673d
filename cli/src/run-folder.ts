/** The folder of a run: what was asked, what is finished, and who is at it. */
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

/** What is in `run.json`, of each kind of run with more. */
export interface Asked {
  /** Of this form. */
  readonly version: 1;
  readonly kind: "compare" | "train";
  /** What was typed, and when. */
  readonly command: string;
  readonly date: string;
}

/** Errors that say that an option is wrong. */
const refusals = [
  ...["UsageError", "SettingError", "HyperparameterError", "BindingError", "RuleError"],
];

const askedFile = "run.json";
const journalFile = "runs.jsonl";

/** All that runs have in their folders. */
const files = [askedFile, journalFile, "report.html", "comparison.json", "weights.safetensors"];
const folders = ["checkpoints"];

/** What was asked is short. */
const mostAsked = 1 << 20;

const askedKind: Kind = {
  name: "run.json of gradus",
  isOne: (text) => (parsed(text) as Partial<Asked> | undefined)?.version === 1,
};

export class RunFolder {
  readonly path: string;
  readonly #lock: FolderLock;
  /** Of a run that began here: the first folder that was made for it, if any was. */
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
   * Makes a folder for a new run, or takes an empty one.
   * @throws {UsageError} where there is something in it
   * @throws {CommandError} where it cannot be made, or another process has it
   */
  static async begin(path: string, asked: Asked): Promise<RunFolder> {
    const made = attempt(path, "made", () => mkdirSync(path, { recursive: true }));
    requireEmpty(path);
    const folder = new RunFolder(path, await FolderLock.take(path), { made });
    return folder.#within(() => {
      // Another may have begun meanwhile.
      requireEmpty(path);
      writeOwn(folder.#askedPath, `${JSON.stringify(asked, null, 1)}\n`, askedKind);
    });
  }

  /**
   * Takes the folder of a run that was stopped. Nothing of it is removed.
   * @returns it, and what was asked then
   * @throws {UsageError} where there is no such run in it
   * @throws {CommandError} where another process is at it, or something in it is not what a run makes
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
   * Does something with what `run.json` says.
   * @throws {CommandError} which names the file, where the library or the command refuses what it says
   */
  naming<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      if (!(cause instanceof Error && refusals.includes(cause.name))) throw cause;
      throw new CommandError(`${this.#askedPath}: ${cause.message}`, { cause });
    }
  }

  /** Adds a line to the finished things: it is there when this returns. */
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

  /** The lines that were added. The last one goes where a stop has cut it off. */
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

  /** The file of finished things. */
  get journal(): string {
    return join(this.path, journalFile);
  }

  get #askedPath(): string {
    return join(this.path, askedFile);
  }

  /** Does what comes first, and lets others have the folder if that fails. */
  #within(act: () => void): this {
    try {
      act();
      // What a stop has left in the middle of writing.
      const left = readdirSync(this.path).filter(isTemporary);
      for (const name of left) rmSync(join(this.path, name), { force: true });
      return this;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Lets others have it. */
  release(): void {
    this.#lock.release();
  }

  /**
   * Removes what a run that began here has made, and the folders that were made for it, where nothing else is in them.
   * Of a run that went on nothing is removed.
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
      // Somebody has put something there.
    }
  }
}

const isRun = (path: string): boolean => {
  const file = join(path, askedFile);
  return found(file)?.isFile() === true && askedKind.isOne(readText(file, mostAsked));
};

/** @throws {UsageError} where something is in a folder, unless it is what a stop has left of taking it */
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

/** What `run.json` says. */
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

/** A link would lead what a run writes to files of somebody else. @throws {CommandError} */
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
