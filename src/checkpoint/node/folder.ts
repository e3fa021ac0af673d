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

/** Node's own way to make those above it too does not come back from /proc. */
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
    // Another run may have made it meanwhile.
    if (codeOf(error) !== "EEXIST") {
      throw error;
    }
  }
}

/** The checkpoints of one run in a folder. */
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
   * Saves a checkpoint, and then removes the oldest beyond those to keep; what cannot be removed then, or was saved by a
   * process that still runs, may go at a later save. The folder is made if it is not there.
   *
   * @returns the path of its file
   * @throws {CheckpointError} where it cannot be written, or another run has saved into the folder
   *   since this one began: nothing was changed
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
      // The first rank has done it.
      for (const old of this.#rotation.add(entry)) {
        this.#rotation.remove(old);
      }
    }
    return path;
  }

  /** What cannot be removed now is to be at the next save; nor may another run still need what it has saved. */
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
      // Open in another program, or no file at all.
    }
  }

  /**
   * Loads the newest checkpoint that is whole, as `loadCheckpoint` does. Damaged ones are passed over, and
   * reported.
   *
   * @returns undefined where there is no checkpoint
   * @throws {CheckpointError} where there are some, and none can be read
   * @throws {RestoreError} where the newest does not fit the optimizer; nothing was changed
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

  /** The checkpoints that are there, oldest first, damaged ones among them. */
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
 * A folder of checkpoints, of which the last few are kept: one for each run.
 *
 * Saving never leaves a half one behind, whatever ends the process. Two runs that save into one folder are an
 * error for the second, before it has written anything.
 *
 * @param folder its path; it need not be there
 * @throws {BindingError} where an option is unknown or has no such value
 * @throws {CheckpointError} where the folder cannot be read
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
