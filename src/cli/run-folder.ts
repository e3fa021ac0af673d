/** The folder of a run: what was asked, what is finished, and who is at it. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { CommandError, UsageError } from "./errors.ts";
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

interface Owner {
  readonly process: number;
  readonly host: string;
}

const askedFile = "run.json";
const lockFile = "lock.json";

/** What the system says, in the words of the command. */
function attempt<T>(path: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof CommandError || cause instanceof UsageError) throw cause;
    throw new CommandError(`${path} cannot be ${what}: ${(cause as Error).message}`, { cause });
  }
}

/** Writes text and flushes it, so that it is there whatever happens next. */
function writeFlushed(path: string, flags: "w" | "a", text: string): void {
  const descriptor = openSync(path, flags);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isAlive({ process: id, host }: Owner): boolean {
  // Of another machine nothing can be told.
  if (host !== hostname()) return true;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export class RunFolder {
  readonly path: string;
  #owned = false;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes a folder for a new run, and takes it.
   * @throws {UsageError} where there is a run in it
   * @throws {CommandError} where it cannot be made
   */
  static begin(path: string, asked: Asked): RunFolder {
    const folder = new RunFolder(path);
    attempt(path, "made", () => mkdirSync(path, { recursive: true }));
    folder.#take();
    if (existsSync(join(path, askedFile))) {
      folder.release();
      throw new UsageError(
        `there is a run in ${path}: go on with it by --resume ${quoted([path])}, or name another folder`,
      );
    }
    attempt(join(path, askedFile), "written", () => {
      // Whole, or not there.
      const temporary = join(path, `${askedFile}.${process.pid}`);
      writeFlushed(temporary, "w", `${JSON.stringify(asked, null, 1)}\n`);
      renameSync(temporary, join(path, askedFile));
    });
    return folder;
  }

  /**
   * Takes the folder of a run that was stopped.
   * @returns it, and what was asked then
   * @throws {UsageError} where there is no such run in it
   * @throws {CommandError} where another process is at it
   */
  static resume<A extends Asked>(path: string, kind: A["kind"]): { folder: RunFolder; asked: A } {
    const file = join(path, askedFile);
    if (!existsSync(file)) {
      throw new UsageError(
        `--resume ${path}: there is no run in it (no ${askedFile}); a run says its folder when it begins`,
      );
    }
    const asked = attempt(file, "read", () => JSON.parse(readFileSync(file, "utf8"))) as A;
    if (asked?.version !== 1 || asked.kind !== kind) {
      throw new UsageError(
        asked?.version === 1
          ? `--resume ${path}: that is a run of \`gradus ${asked.kind}\``
          : `--resume ${path}: another version of gradus made this run`,
      );
    }
    const folder = new RunFolder(path);
    folder.#take();
    return { folder, asked };
  }

  /** Adds a line to a file of finished things: it is there when this returns. */
  append(name: string, entry: unknown): void {
    const file = join(this.path, name);
    attempt(file, "written", () => writeFlushed(file, "a", `${JSON.stringify(entry)}\n`));
  }

  /** The lines that were added. The last one goes where a stop has cut it off. */
  entries(name: string): unknown[] {
    const file = join(this.path, name);
    if (!existsSync(file)) return [];
    return attempt(file, "read", () => {
      const bytes = readFileSync(file);
      const whole = bytes.lastIndexOf(0x0a) + 1;
      if (whole < bytes.length) truncateSync(file, whole);
      const lines = bytes.subarray(0, whole).toString("utf8").split("\n").slice(0, -1);
      return lines.map((line) => JSON.parse(line) as unknown);
    });
  }

  /** Lets others have it. */
  release(): void {
    if (this.#owned) rmSync(join(this.path, lockFile), { force: true });
    this.#owned = false;
  }

  /** Removes all of it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
    this.#owned = false;
  }

  #take(): void {
    const lock = join(this.path, lockFile);
    attempt(this.path, "used", () => {
      const mine = join(this.path, `${lockFile}.${process.pid}`);
      const owner: Owner = { process: process.pid, host: hostname() };
      writeFlushed(mine, "w", JSON.stringify(owner));
      try {
        this.#link(mine, lock);
      } finally {
        rmSync(mine, { force: true });
      }
    });
    this.#owned = true;
  }

  /** A link is made at once, with what is in it, or not at all. */
  #link(mine: string, lock: string): void {
    for (;;) {
      try {
        linkSync(mine, lock);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const other = JSON.parse(readFileSync(lock, "utf8")) as Owner;
      if (isAlive(other)) {
        throw new CommandError(
          `process ${other.process} on ${other.host} is at the run in ${this.path}: wait for its end, or remove ${lock} if that is no run`,
        );
      }
      // It was killed. Of two that find this, one renames.
      const abandoned = `${mine}.old`;
      try {
        renameSync(lock, abandoned);
        rmSync(abandoned, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
  }
}
