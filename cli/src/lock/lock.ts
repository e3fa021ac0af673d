/**
 * The lock of a folder. It has one owner at a time, even if processes are killed or slow in between.
 *
 * A lock is never renamed or removed to take it over: another process may have taken it between the check and the act. Instead,
 * a process that finds that the owner X has ended creates the file `lock-after-X.json` with a link. Only one process can ever
 * succeed. The owner is the end of this chain, which begins with `lock.json`. The owner then replaces `lock.json` by its own
 * file, and removes the rest of the chain. A late process that still sees an old X may create a `lock-after-X.json` too. It
 * then checks again from `lock.json` on, does not find itself, and starts again.
 */
import { randomUUID } from "node:crypto";
import { existsSync, linkSync, readdirSync, renameSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { join } from "node:path";
import { CommandError } from "../errors.ts";
import { problemOf } from "../fields.ts";
import { attempt, found, parsed, readText, writeNew } from "../own-files.ts";
import { lifeAt, lifeOf, listen, type Owner, ownerChecks, socketOf, thisProcess } from "./owner.ts";

const first = "lock.json";
const after = (id: string) => `lock-after-${id}.json`;
/** The file into which an owner is written before it is linked. */
const draft = (id: string) => `lock-${id}.json`;

const pattern = /^lock(-after)?-([0-9a-f-]{36})\.(?:json|sock)$/;

/** Whether a file name in a run's folder belongs to its lock. */
export const isOfLock = (name: string) => name === first || pattern.test(name);

const mostBytes = 10_000;

/** The id of a lock without one. */
const unnamed = "00000000-0000-0000-0000-000000000000";

export class FolderLock {
  readonly #folder: string;
  readonly #id = randomUUID();
  #server: Server | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Takes the lock of a folder.
   * @throws {CommandError} if another process has it, or the file is not a lock
   */
  static async take(folder: string): Promise<FolderLock> {
    for (;;) {
      const lock = new FolderLock(folder);
      try {
        if (await lock.#take()) return lock;
      } catch (error) {
        lock.release();
        throw error;
      }
      lock.release();
    }
  }

  /** Releases the lock. If it belongs to another process by now, that one keeps it. */
  release(): void {
    if (this.#holds()) this.#remove(first);
    this.#remove(draft(this.#id));
    this.#server?.close();
    this.#remove(socketOf(this.#id));
  }

  /** @returns whether it was taken; false if another process was faster, so that everything must be checked again */
  async #take(): Promise<boolean> {
    this.#server = await listen(this.#folder, this.#id);
    const mine = this.#path(draft(this.#id));
    const owner = thisProcess(this.#id, this.#server !== undefined);
    attempt(this.#folder, "used", () => writeNew(mine, JSON.stringify(owner)));
    const before = this.#last();
    if (before !== undefined) await this.#requireEnded(before);
    const name = before === undefined ? first : after(before.id);
    if (!this.#link(mine, name)) return false;
    if (this.#last()?.id !== this.#id || !this.#isReached()) {
      this.#remove(name);
      return false;
    }
    attempt(this.#folder, "used", () => renameSync(mine, this.#path(first)));
    // Both names may be links to the same file, and then renaming does nothing.
    this.#remove(draft(this.#id));
    await this.#tidy();
    return true;
  }

  /** The end of the chain: the owner, if it still runs. */
  #last(): Owner | undefined {
    let last: Owner | undefined;
    for (let next = this.#read(first); next !== undefined; next = this.#read(after(next.id))) {
      last = next;
    }
    return last;
  }

  async #requireEnded(owner: Owner): Promise<void> {
    const life = await lifeOf(this.#folder, owner);
    const who = `process ${owner.process} on ${owner.host}`;
    if (life === "runs") {
      throw new CommandError(`${who} is working on the run in ${this.#folder}: wait until it ends`);
    }
    if (life === "unknown") {
      throw new CommandError(
        `${who} may still be working on the run in ${this.#folder}, which cannot be seen from this machine: if it has ended, remove ${this.#path(first)}`,
      );
    }
  }

  /** Links a name. False if another process has done so, or has removed the draft as a left-over. */
  #link(mine: string, name: string): boolean {
    return attempt(this.#folder, "used", () => {
      try {
        linkSync(mine, this.#path(name));
        return true;
      } catch (error) {
        if (["EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? ""))
          return false;
        throw error;
      }
    });
  }

  /** Whether other processes can reach the socket: an owner that tidied up may have removed it as a left-over. */
  #isReached(): boolean {
    return this.#server === undefined || existsSync(this.#path(socketOf(this.#id)));
  }

  /** Removes old links of the chain, and the files of processes that were killed while they tried to take the lock. */
  async #tidy(): Promise<void> {
    const names = readdirSync(this.#folder).filter((name) => pattern.test(name));
    for (const name of names) {
      const [, isAfter, id] = pattern.exec(name)!;
      if (isAfter !== undefined) this.#remove(name);
      else if (id !== this.#id && (await lifeAt(this.#folder, id!)) === "ended") this.#remove(name);
    }
  }

  #holds(): boolean {
    try {
      return this.#read(first)?.id === this.#id;
    } catch {
      return false;
    }
  }

  /** The owner that a file names; undefined if there is no such file. @throws {CommandError} if it names none */
  #read(name: string): Owner | undefined {
    const path = this.#path(name);
    if (found(path) === undefined) return undefined;
    let text: string;
    try {
      text = readText(path, mostBytes);
    } catch (error) {
      // It was removed meanwhile, and another process may have the lock.
      const { code } = (error as Error).cause as NodeJS.ErrnoException;
      if (code === "ENOENT") return this.#read(name);
      throw error;
    }
    const owner = { id: unnamed, ...parsed(text) } as Owner;
    const wrong = problemOf(owner, ownerChecks);
    if (wrong === undefined) return owner;
    throw new CommandError(`${path} is not a lock of a run: ${wrong}; move it away`);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }
}
