/** Checks the options of `gradus train`. */
import type { Task } from "gradus/tasks";
import { isNarrow, type Kept } from "../compare/kept.ts";
import { countOf, parseRate, parseSettings } from "../compare/options.ts";
import { UsageError } from "../errors.ts";
import { isPowerOfTwo } from "../fields.ts";
import { parseRule, type RuleSpecification } from "../specification.ts";

/** The options as the command line gives them. */
export interface RawOptions {
  readonly optimizer?: string;
  readonly lr?: string;
  readonly seed?: string;
  readonly steps?: string;
  readonly batch?: string;
  readonly microBatches?: string;
  readonly type?: string;
  readonly rounding?: string;
  readonly set?: readonly string[];
  readonly data?: string;
  readonly checkpointEvery?: string;
  readonly keep?: string;
  readonly folder?: string;
  readonly resume?: string;
  readonly task?: string;
  readonly ranks?: string;
  readonly shardState?: boolean;
  readonly quiet?: boolean;
}

export interface TrainOptions {
  readonly rule: RuleSpecification;
  /** The learning rate that was given. */
  readonly lr: number | undefined;
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  /** The number of micro-batches of each minibatch, on any number of ranks; undefined: one for each rank. */
  readonly microBatches: number | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly kept: Kept | undefined;
  readonly data: string | undefined;
  /** Whether each rank keeps only the state of its part of the parameters. */
  readonly shardState: boolean;
  /** The number of steps from one checkpoint to the next. */
  readonly checkpointEvery: number;
  /** The number of checkpoints to keep. */
  readonly keep: number;
}

/** The default optimizer of a run. */
export const DEFAULT_OPTIMIZER = "adam";

/** The default number of checkpoints in a run. */
const usualCheckpoints = 10;

/** @throws {UsageError} if a rounding is given without a type that needs it */
function readKept({ type, rounding = "nearest" }: RawOptions): Kept | undefined {
  const kept = { type, rounding } as Kept;
  if (rounding !== "nearest" && !isNarrow(kept)) {
    const found = type === undefined ? "" : `, not ${type}`;
    throw new UsageError(
      `--rounding ${rounding} is of parameters in 16 bits: it wants --type bfloat16 or float16${found}`,
    );
  }
  return type === undefined ? undefined : kept;
}

/** @throws {UsageError} if the number is not a power of two: the mean would be rounded */
function readMicroBatches({ microBatches }: RawOptions): number | undefined {
  if (microBatches === undefined) return undefined;
  const count = countOf("--micro-batches", microBatches, 1);
  if (!isPowerOfTwo(count)) {
    throw new UsageError(`--micro-batches takes a power of two, such as 4 or 8, not ${count}`);
  }
  return count;
}

/** @throws {UsageError} if an option is wrong; the message names it */
export function readOptions(raw: RawOptions, task: Task): TrainOptions {
  const steps = countOf("--steps", raw.steps, task.defaults.steps);
  const every = Math.max(1, Math.ceil(steps / usualCheckpoints));
  return {
    rule: parseRule(raw.optimizer ?? DEFAULT_OPTIMIZER),
    lr: raw.lr === undefined ? undefined : parseRate(raw.lr),
    seed: countOf("--seed", raw.seed, 1),
    steps,
    batch: countOf("--batch", raw.batch, task.defaults.batch),
    microBatches: readMicroBatches(raw),
    settings: { ...task.defaults.settings, ...parseSettings(raw.set ?? [], task) },
    kept: readKept(raw),
    data: raw.data,
    shardState: raw.shardState ?? false,
    checkpointEvery: countOf("--checkpoint-every", raw.checkpointEvery, every),
    keep: countOf("--keep", raw.keep, 3),
  };
}

/** The options that may be given when a run resumes. */
const anew: readonly string[] = ["resume", "task", "ranks", "quiet"];

/** @throws {UsageError} if there are other options than those for resuming */
export function requireOnlyResume(raw: RawOptions): void {
  const other = Object.keys(raw).find((option) => !anew.includes(option));
  if (other !== undefined) {
    const name = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${name}: a resumed run keeps its options; only --task, --ranks and --quiet may be given`,
    );
  }
}

/** The words of a command line without an option and its value. */
export function withoutOption(words: readonly string[], option: string): readonly string[] {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  return at < 0 ? words : words.toSpliced(at, words[at] === option ? 2 : 1);
}
