/**
 * Keeps the last few checkpoints of a run in a folder. Their names contain the order in which they were saved, because steps are
 * not enough: a run that went back to an earlier checkpoint continues with a smaller number of steps.
 *
 * There is no lock: a killed process would leave it behind, and another machine or container could not tell that it is not in use.
 * Instead, each run knows the checkpoints that it found and those that it saved. If others appear, a second run saves into the
 * folder: this throws before anything is written. Only known checkpoints are removed, and none is overwritten, so two runs that
 * start at the same time cannot harm each other either.
 */
import { BindingError, checkOptions } from "../runtime/errors.ts";
import { CheckpointError, quote } from "./errors.ts";
import type { CheckpointReport } from "./restore.ts";

/** Options of a folder of checkpoints. */
export interface CheckpointsOptions {
  /** The number of checkpoints to keep. Default: 3. */
  readonly keep?: number;
}

/** A checkpoint in a folder. */
export interface CheckpointEntry {
  /** The file's name, such as `000002-step-2000.safetensors`. */
  readonly name: string;
  /** Its number, from 1, in the order of saving. */
  readonly number: number;
  /** The number of updates before it was saved. */
  readonly step: number;
}

const pattern = /^(\d{6,15})-step-(\d{1,16})\.safetensors$/;

/** The largest number that fits into a name. */
const maxNumber = 999_999_999_999_999;

const nameOf = (number: number, step: number): string =>
  `${String(number).padStart(6, "0")}-step-${step}.safetensors`;

/** The checkpoints among the files of a folder, oldest first: only files with exactly such a name. */
export function entriesOf(names: readonly string[]): readonly CheckpointEntry[] {
  const entries = names.flatMap((name) => {
    const [number, step] = (pattern.exec(name) ?? []).slice(1).map(Number);
    const isOurs = name === nameOf(number!, step!);
    return isOurs ? [{ name, number: number!, step: step! }] : [];
  });
  return entries.sort((a, b) => a.number - b.number || a.step - b.step);
}

export class Rotation {
  readonly #keep: number;
  /** The checkpoints that this run has found or saved, oldest first. */
  #known: readonly CheckpointEntry[] = [];

  /** @throws {BindingError} if an option is unknown or invalid */
  constructor(options: CheckpointsOptions) {
    checkOptions("checkpoints", options, ["keep"]);
    const { keep = 3 } = options;
    if (keep !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(keep) && keep >= 1)) {
      throw new BindingError(
        `checkpoints: keep must be a whole number, 1 or more, or Infinity, not ${keep}`,
      );
    }
    this.#keep = keep;
  }

  /** Takes over the checkpoints that are in the folder now. */
  adopt(names: readonly string[]): readonly CheckpointEntry[] {
    this.#known = entriesOf(names);
    return this.#known;
  }

  /** A checkpoint that another run has saved in the meantime; undefined if there is none. */
  stranger(names: readonly string[]): CheckpointEntry | undefined {
    const known = new Set(this.#known.map(({ name }) => name));
    return entriesOf(names).find(({ name }) => !known.has(name));
  }

  /**
   * The entry for the next checkpoint.
   * @throws {CheckpointError} if no larger number is left, because then the newest would not be the last
   */
  next(step: number): CheckpointEntry {
    const last = this.#known.at(-1);
    const number = (last?.number ?? 0) + 1;
    if (number > maxNumber) {
      throw new CheckpointError(
        `${quote(last!.name)} has the largest possible number: rename it, so that later checkpoints can be numbered`,
      );
    }
    return { name: nameOf(number, step), number, step };
  }

  /** Adds a saved checkpoint. @returns those to remove, oldest first */
  add(saved: CheckpointEntry): readonly CheckpointEntry[] {
    this.#known = [...this.#known, saved];
    return this.#known.slice(0, Math.max(0, this.#known.length - this.#keep));
  }

  /** Notes that a checkpoint was removed. All others are tried again after the next save. */
  remove(gone: CheckpointEntry): void {
    this.#known = this.#known.filter((each) => each !== gone);
  }
}

/** The result of resuming. */
export interface ResumeReport extends CheckpointReport {
  /** The path of the file that was loaded. */
  readonly path: string;
  /** The errors of newer checkpoints that could not be read. */
  readonly damaged: readonly CheckpointError[];
}

/** The error if a second run saves into the folder. */
export function refuseStranger(name: string, writer: number | undefined): never {
  const who = writer === undefined ? "another run" : `process ${writer}`;
  throw new CheckpointError(
    `${who} has saved ${quote(name)} in this folder: two runs need two folders; ` +
      "stop the other run, and call checkpoints() again to continue from there",
  );
}

/** Whether an error concerns one file only, so that the one before it may be readable. A lack of memory does not. */
export const isDamage = (error: unknown): error is CheckpointError =>
  error instanceof CheckpointError && !(error.cause instanceof RangeError);

/** The error if there are checkpoints, and none can be read. */
export function refuseAll(folder: string, damaged: readonly CheckpointError[]): never {
  throw new CheckpointError(
    `${folder}: none of its checkpoints can be read: ${damaged.map(({ message }) => message).join("; ")}`,
  );
}
