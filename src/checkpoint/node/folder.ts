/** A folder of checkpoints. */
import type { RestoreOptions } from "../../runtime/state/restore.ts";
import { builtin } from "../../runtime/threads/platform.ts";
import type { SaveOptions } from "../encode.ts";
import { type CheckpointError, within } from "../errors.ts";
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
import { attempt, codeOf, fileSystem, pathOf } from "./files.ts";
import { writeNew } from "./place.ts";
import { writerOf } from "./read.ts";
import { load, rankCheckpoints, save } from "./saveLoad.ts";
import { isAlive } from "./temporary.ts";

type Paths = typeof import("node:path");

/** Makes a folder and those above it. Node's `recursive` option never returns for paths in /proc. */
function makeFolder(path: string): void {
  const { existsSync, mkdirSync } = fileSystem();
  const above = builtin<Paths>("node:path")!.dirname(path);
  if (existsSync(path)) {
    return;
  }
  if (above !== path) {
    makeFolder(above);
  }
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have made it in the meantime.
    if (codeOf(error) !== "EEXIST") {
      throw error;
    }
  }
}

/**
 * The checkpoints of one run in a folder.
 *
 * @example
 * const folder = checkpoints("runs/blobs", { keep: 1 });
 * optimizer.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
 * folder.save(optimizer);
 * const other = optimize(parameters({ w: [2, 3], b: [3] }), adam());
 * folder.resume(other)?.step; // 1
 * folder.list().length; // 1
 */
export class CheckpointFolder {
  /** The folder's path. */
  readonly path: string;
  readonly #rotation: Rotation;

  /** @internal Made by `checkpoints`. */
  constructor(folder: string | URL, options: CheckpointsOptions) {
    this.path = pathOf(folder);
    this.#rotation = new Rotation(options);
    this.#rotation.adopt(this.#names());
  }

  /**
   * Saves a checkpoint, and then removes the oldest ones beyond those to keep. A later save removes those that cannot be removed
   * now, or were saved by a process that still runs. Makes the folder if it does not exist.
   *
   * @returns the path of the file
   * @throws {CheckpointError} if it cannot be written, or another run has saved into the folder since this one began: nothing was
   *   changed
   */
  save(optimizer: Checkpointed, options: SaveOptions = {}): string {
    const { rankGroup } = optimizer;
    const step = rankGroup
      ? within(this.path, () => rankCheckpoints.value.stepOf(optimizer, rankGroup))
      : optimizer.stateViews().step;
    const entry = within(this.path, () => this.#rotation.next(step));
    const path = this.#pathOf(entry);
    save(optimizer, options, globalThis.process.pid, (contents) => {
      within(this.path, () => {
        attempt("made", () => makeFolder(this.path));
        this.#refuseStranger();
      });
      within(path, () => writeNew(path, contents, () => this.#refuseStranger()));
      for (const old of this.#rotation.add(entry)) {
        this.#remove(old);
      }
    });
    if (rankGroup && rankGroup.rank > 0) {
      // The first rank has removed them.
      for (const old of this.#rotation.add(entry)) {
        this.#rotation.remove(old);
      }
    }
    return path;
  }

  /** Removes an old checkpoint, or leaves it to the next save if that fails. A run that still works may need what it has saved. */
  #remove(old: CheckpointEntry): void {
    const path = this.#pathOf(old);
    const writer = writerOf(path);
    if (writer !== undefined && writer !== globalThis.process.pid && isAlive(writer)) {
      return;
    }
    try {
      fileSystem().rmSync(path, { force: true });
      this.#rotation.remove(old);
    } catch {
      // Open in another program, or not a file.
    }
  }

  /**
   * Loads the newest complete checkpoint, as `loadCheckpoint` does. It skips damaged ones, and reports them.
   *
   * @returns undefined if there is no checkpoint
   * @throws {CheckpointError} if there are some, and none can be read
   * @throws {RestoreError} if the newest does not fit the optimizer; nothing was changed
   */
  resume(optimizer: Checkpointed, options: RestoreOptions = {}): ResumeReport | undefined {
    const { rankGroup } = optimizer;
    const names = this.#names();
    const seen = rankGroup
      ? within(this.path, () => rankCheckpoints.value.requireSameNames(rankGroup, names))
      : names;
    const entries = this.#rotation.adopt(seen);
    const damaged: CheckpointError[] = [];
    for (const entry of [...entries].reverse()) {
      const path = this.#pathOf(entry);
      try {
        return { ...load(path, optimizer, options), path, damaged };
      } catch (error) {
        if (!isDamage(error)) {
          throw error;
        }
        if (rankGroup === undefined && !this.#names().includes(entry.name)) {
          // Another run has removed it, and has saved newer ones.
          return this.resume(optimizer, options);
        }
        damaged.push(error);
      }
    }
    return damaged.length > 0 ? refuseAll(this.path, damaged) : undefined;
  }

  /** The checkpoints in the folder, oldest first, including damaged ones. */
  list(): readonly (CheckpointEntry & { readonly path: string })[] {
    return entriesOf(this.#names()).map((entry) => ({ ...entry, path: this.#pathOf(entry) }));
  }

  #pathOf({ name }: CheckpointEntry): string {
    return builtin<Paths>("node:path")!.join(this.path, name);
  }

  #names(): readonly string[] {
    try {
      return fileSystem().readdirSync(this.path);
    } catch (error) {
      if (codeOf(error) === "ENOENT") {
        return [];
      }
      return within(this.path, () =>
        attempt("read", () => {
          throw error;
        }),
      );
    }
  }

  #refuseStranger(): void {
    const stranger = this.#rotation.stranger(this.#names());
    if (stranger !== undefined) {
      refuseStranger(stranger.name, writerOf(this.#pathOf(stranger)));
    }
  }
}

/**
 * A folder that keeps the last few checkpoints of one run. Use one folder for each run.
 *
 * Saving never leaves an incomplete checkpoint, however the process ends. If a second run saves into the same folder, that throws
 * before anything is written.
 *
 * @param folder its path; it need not exist
 * @throws {BindingError} if an option is unknown or invalid
 * @throws {CheckpointError} if the folder cannot be read
 * @example
 * const folder = checkpoints("runs/spirals", { keep: 2 });
 * folder.resume(optimizer);
 * while (optimizer.steps < 40) {
 *   optimizer.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
 *   if (optimizer.steps % 10 === 0) folder.save(optimizer);
 * }
 * folder.list().map(({ step }) => step); // [30, 40]
 */
export function checkpoints(
  folder: string | URL,
  options: CheckpointsOptions = {},
): CheckpointFolder {
  return new CheckpointFolder(folder, options);
}
