/**
 * A folder of checkpoints of one run, of which the last few are kept. Their names say in which order they were
 * saved, and not only their steps: a run that went back to an earlier one goes on with fewer.
 *
 * There is no lock, which a killed process would leave behind, and which no other machine or container
 * could tell from a living one's. Instead each run knows the checkpoints that it found and those it saved. If others
 * appear, a second run saves into the folder: that is an error before anything is written. And none but
 * known ones are ever removed, and none is ever written over, so that two runs that start at once cannot harm each other
 * either.
 */
import { BindingError, checkOptions } from "../runtime/errors.ts";
import { CheckpointError, quote } from "./errors.ts";
import type { CheckpointReport } from "./restore.ts";

/** Options of a folder of checkpoints. */
export interface CheckpointsOptions {
  /** How many of the last ones stay. Default 3. */
  readonly keep?: number;
}

/** One of the checkpoints in a folder. */
export interface CheckpointEntry {
  /** The file's name, such as `000002-step-2000.safetensors`. */
  readonly name: string;
  /** Which one it is, counted from 1 in the order of saving. */
  readonly number: number;
  /** The updates made before it was saved. */
  readonly step: number;
}

const pattern = /^(\d{6,15})-step-(\d{1,16})\.safetensors$/;

/** The last number that has a name. */
const maxNumber = 999_999_999_999_999;

const nameOf = (number: number, step: number): string =>
  `${String(number).padStart(6, "0")}-step-${step}.safetensors`;

/** The checkpoints among the files of a folder, oldest first: those that have just the name that a run gives. */
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
  /** Found or saved by this run, oldest first. */
  #known: readonly CheckpointEntry[] = [];

  /** @throws {BindingError} where an option is unknown or has no such value */
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

  /** Takes what is there now for this run's. */
  adopt(names: readonly string[]): readonly CheckpointEntry[] {
    this.#known = entriesOf(names);
    return this.#known;
  }

  /** A checkpoint that another run has put there meanwhile. */
  stranger(names: readonly string[]): CheckpointEntry | undefined {
    const known = new Set(this.#known.map(({ name }) => name));
    return entriesOf(names).find(({ name }) => !known.has(name));
  }

  /**
   * The next one.
   * @throws {CheckpointError} where none may follow, for then the newest would not be the last
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

  /** Adds what was saved. @returns what is to go, oldest first */
  add(saved: CheckpointEntry): readonly CheckpointEntry[] {
    this.#known = [...this.#known, saved];
    return this.#known.slice(0, Math.max(0, this.#known.length - this.#keep));
  }

  /** What is gone; all else is to go again after the next save. */
  remove(gone: CheckpointEntry): void {
    this.#known = this.#known.filter((each) => each !== gone);
  }
}

/** What resuming has done. */
export interface ResumeReport extends CheckpointReport {
  /** Of the file that was loaded. */
  readonly path: string;
  /** Newer ones that could not be read, and why. */
  readonly damaged: readonly CheckpointError[];
}

/** What is said where a second run saves into the folder. */
export function refuseStranger(name: string, writer: number | undefined): never {
  const who = writer === undefined ? "another run" : `process ${writer}`;
  throw new CheckpointError(
    `${who} has saved ${quote(name)} in this folder: two runs need two folders; ` +
      "stop the other run, and call checkpoints() again to continue from there",
  );
}

/** Whether something is wrong with one file, so that the one before it may do: memory that is not there is not. */
export const isDamage = (error: unknown): error is CheckpointError =>
  error instanceof CheckpointError && !(error.cause instanceof RangeError);

/** What is said where there are checkpoints, and none of them can be read. */
export function refuseAll(folder: string, damaged: readonly CheckpointError[]): never {
  throw new CheckpointError(
    `${folder}: none of its checkpoints can be read: ${damaged.map(({ message }) => message).join("; ")}`,
  );
}
