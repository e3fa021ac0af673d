/** A folder of checkpoints in the browser's own file system, which belongs to the page's origin. */
import type { RestoreOptions } from "../../runtime/state/restore.ts";
import type { SaveOptions } from "../encode.ts";
import { CheckpointError, withinAsync } from "../errors.ts";
import {
  type CheckpointEntry,
  type CheckpointsOptions,
  entriesOf,
  isDamage,
  type ResumeReport,
  Rotation,
  refuseAll,
  refuseStranger,
} from "../rotation.ts";
import type { Checkpointed } from "../source.ts";
import { checkpointBlob, loadCheckpointBlob } from "./blob.ts";

/** The members used here of a folder. Declared because the types of pages are not available everywhere. */
interface Folder {
  keys(): AsyncIterable<string>;
  getFileHandle(name: string, options?: { create: boolean }): Promise<FileHandle>;
  removeEntry(name: string): Promise<void>;
}

interface FileHandle {
  getFile(): Promise<Blob>;
  createWritable?(): Promise<{
    write(data: Blob): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
}

/** Locks that one page or worker holds at a time. */
interface Locks {
  request<T>(name: string, act: () => Promise<T>): Promise<T>;
}

interface Storage {
  getDirectory?(): Promise<{
    getDirectoryHandle(name: string, options: { create: boolean }): Promise<unknown>;
  }>;
}

/**
 * The checkpoints of one run in the browser's own file system.
 *
 * @example
 * const folder = await browserCheckpoints("blobs", { keep: 2 });
 * await folder.save(optimizer);
 * const newest = (await folder.list()).at(-1);
 * const file = await folder.read(newest.name); // a Blob: to download, or to send
 */
export class BrowserCheckpoints {
  readonly #name: string;
  readonly #folder: Folder;
  readonly #rotation: Rotation;
  readonly #locks: Locks;
  /** The last save: the next one waits for it. */
  #saved: Promise<unknown> = Promise.resolve();

  /** @internal Made by `browserCheckpoints`. */
  constructor(name: string, folder: Folder, rotation: Rotation, locks: Locks) {
    this.#name = name;
    this.#folder = folder;
    this.#rotation = rotation;
    this.#locks = locks;
  }

  /**
   * Saves a checkpoint, and then removes the oldest ones beyond those to keep. It saves the state at the time of the call, so steps
   * may continue in the meantime. Pages that save into one folder at the same time take turns.
   *
   * @returns the name of the file
   * @throws {CheckpointError} if it cannot be written, for example because the browser gives no more space, or another page has
   *   saved into the folder since this run began: nothing was changed
   */
  async save(optimizer: Checkpointed, options: SaveOptions = {}): Promise<string> {
    const { step } = optimizer.stateViews();
    const blob = checkpointBlob(optimizer, options);
    const saved = this.#saved.then(() =>
      withinAsync(this.#name, () => this.#alone(() => this.#put(this.#rotation.next(step), blob))),
    );
    this.#saved = saved.catch(() => undefined);
    return saved;
  }

  /** Locks the folder, so that no other page writes between a check and a write. */
  #alone<T>(act: () => Promise<T>): Promise<T> {
    return this.#locks.request(lockOf(this.#name), act);
  }

  async #put(entry: CheckpointEntry, blob: Blob): Promise<string> {
    const stranger = this.#rotation.stranger(await namesIn(this.#folder));
    if (stranger !== undefined) {
      refuseStranger(stranger.name, undefined);
    }
    await attempt("written", () => write(this.#folder, entry.name, blob));
    for (const old of this.#rotation.add(entry)) {
      await this.#remove(old);
    }
    return entry.name;
  }

  async #remove(old: CheckpointEntry): Promise<void> {
    try {
      await this.#folder.removeEntry(old.name);
      this.#rotation.remove(old);
    } catch {
      // In use elsewhere in the page. The next save removes it.
    }
  }

  /**
   * Loads the newest complete checkpoint, as `loadCheckpointBlob` does. It skips damaged ones, and reports them. Make no steps
   * until the promise is settled.
   *
   * @returns undefined if there is no checkpoint
   * @throws {CheckpointError} if there are some, and none can be read
   * @throws {RestoreError} if the newest does not fit the optimizer; nothing was changed
   */
  resume(optimizer: Checkpointed, options: RestoreOptions = {}): Promise<ResumeReport | undefined> {
    return this.#alone(() => this.#resume(optimizer, options));
  }

  async #resume(
    optimizer: Checkpointed,
    options: RestoreOptions,
  ): Promise<ResumeReport | undefined> {
    const entries = this.#rotation.adopt(await namesIn(this.#folder));
    const damaged: CheckpointError[] = [];
    for (const { name } of [...entries].reverse()) {
      try {
        const blob = await this.read(name);
        if (blob.size === 0) {
          // A page was closed while it wrote this one.
          continue;
        }
        return { ...(await loadCheckpointBlob(blob, optimizer, options)), path: name, damaged };
      } catch (error) {
        if (!isDamage(error)) {
          throw error;
        }
        damaged.push(error);
      }
    }
    return damaged.length > 0 ? refuseAll(this.#name, damaged) : undefined;
  }

  /** The checkpoints in the folder, oldest first, including damaged ones. */
  async list(): Promise<readonly CheckpointEntry[]> {
    return entriesOf(await namesIn(this.#folder));
  }

  /**
   * A checkpoint as a `File`, to download.
   * @param name as in `list()`
   * @throws {CheckpointError} if there is none of that name
   */
  read(name: string): Promise<Blob> {
    return withinAsync(this.#name, () =>
      attempt("read", async () => (await this.#folder.getFileHandle(name)).getFile()),
    );
  }
}

const lockOf = (name: string): string => `gradus/${name}`;

async function namesIn(folder: Folder): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) {
    names.push(name);
  }
  return names;
}

/** Writes a file. The browser writes to another place, and moves the file when it is closed. */
async function write(folder: Folder, name: string, blob: Blob): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  try {
    if (file.createWritable === undefined) {
      throw new CheckpointError("this browser cannot write files: it has no createWritable()");
    }
    const writable = await file.createWritable();
    try {
      await writable.write(blob);
    } catch (error) {
      await writable.abort();
      throw error;
    }
    await writable.close();
  } catch (error) {
    // Getting the handle has made an empty file.
    await folder.removeEntry(name);
    throw error;
  }
}

async function attempt<T>(done: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof CheckpointError) {
      throw cause;
    }
    throw new CheckpointError(`it cannot be ${done}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * A folder in the browser's own file system (OPFS) that keeps the last few checkpoints of one run. Use one folder for each run. It
 * stays after the page is closed, as long as the browser keeps the site's data; `navigator.storage.persist()` asks the browser to
 * keep them.
 *
 * @param name the folder's name
 * @throws {BindingError} if an option is unknown or invalid
 * @throws {CheckpointError} if there is no such file system
 * @example
 * const folder = await browserCheckpoints("spirals", { keep: 2 });
 * await folder.resume(optimizer);
 * await folder.save(optimizer);
 */
export async function browserCheckpoints(
  name: string,
  options: CheckpointsOptions = {},
): Promise<BrowserCheckpoints> {
  const rotation = new Rotation(options);
  return withinAsync(name, async () => {
    const { storage, locks } = (globalThis.navigator ?? {}) as {
      readonly storage?: Storage;
      readonly locks?: Locks;
    };
    if (storage?.getDirectory === undefined || locks === undefined) {
      throw new CheckpointError(
        "this page has no file system of its own: in Node use checkpoints(); serve a page over https",
      );
    }
    const folder = await attempt("opened", async () => {
      const root = await storage.getDirectory!();
      return (await root.getDirectoryHandle(name, { create: true })) as Folder;
    });
    await locks.request(lockOf(name), async () => rotation.adopt(await namesIn(folder)));
    return new BrowserCheckpoints(name, folder, rotation, locks);
  });
}
