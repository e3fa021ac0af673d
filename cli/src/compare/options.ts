/** Checks the options of `gradus compare`. */
import { availableParallelism } from "node:os";
import type { Task } from "gradus/tasks";
import { didYouMean } from "../../../src/suggest.ts";
import { UsageError } from "../errors.ts";
import { parseRules, type RuleSpecification, splitOutside } from "../specification.ts";

/** The options as the command line gives them. */
export interface RawOptions {
  readonly optimizers?: string;
  readonly lr?: string;
  readonly sweep?: boolean;
  readonly record?: string;
  readonly seeds?: string;
  readonly steps?: string;
  readonly batch?: string;
  readonly set?: readonly string[];
  readonly data?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly jobs?: string;
  readonly quiet?: boolean;
  readonly resume?: string;
  readonly task?: string;
}

/** The options that a resumed comparison keeps. Output files are not among them: those are named anew. */
const kept = [
  ...(["optimizers", "lr", "sweep", "seeds", "steps", "batch", "set", "data"] as const),
  ...(["json", "jobs"] as const),
];

export type KeptOptions = Pick<RawOptions, (typeof kept)[number]>;

export function keptOptions(raw: RawOptions): KeptOptions {
  const given = kept.filter((name) => raw[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, raw[name]]));
}

/** The options that may be given when a comparison resumes. */
const anew: readonly string[] = [
  ...["resume", "task", "out", "record", "jobs", "json", "quiet", "optimizers"],
];

/** The options of a resumed comparison: those of its first start, with the output files of this one. */
export function resumedOptions(before: KeptOptions, now: RawOptions): RawOptions {
  const other = Object.keys(now).find((option) => !anew.includes(option));
  if (other !== undefined || (now.optimizers ?? DEFAULT_OPTIMIZERS) !== DEFAULT_OPTIMIZERS) {
    throw new UsageError(
      `--${other ?? "optimizers"}: a resumed comparison keeps its options; only --task, --out, --record, --jobs, --json and --quiet may be given`,
    );
  }
  const { out, record, jobs, json, quiet } = now;
  return {
    ...before,
    ...Object.fromEntries(
      Object.entries({ out, record, jobs, json, quiet }).filter(([, value]) => value !== undefined),
    ),
  };
}

export interface CompareOptions {
  readonly rules: readonly RuleSpecification[];
  /** The learning rates that were given, by rule. */
  readonly rates: ReadonlyMap<RuleSpecification, number>;
  readonly sweep: boolean;
  readonly record: string | undefined;
  /** The seeds of the runs that are compared: 1, 2, 3 and so on. */
  readonly seeds: readonly number[];
  /** The seeds of the runs that choose a learning rate, which are never compared: as many, from 1001 on. */
  readonly tuningSeeds: readonly number[];
  readonly steps: number;
  readonly batch: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly data: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly jobs: number;
}

/** SGD, the predecessors of Adam, Adam, and AdamW. */
export const DEFAULT_OPTIMIZERS = "sgd,momentum,nesterov,adagrad,rmsprop,adadelta,adam,adamw";

/** The most seeds to compare; larger seeds choose learning rates. */
export const MOST_SEEDS = 1000;

/** The most threads to start. More would gain nothing on any usual machine. */
export const MOST_JOBS = 256;

const seedsAfter = (start: number, count: number) =>
  Array.from({ length: count }, (_, i) => start + i + 1);

/** @throws {UsageError} if an option is wrong; the message names it */
export function readOptions(raw: RawOptions, task: Task): CompareOptions {
  if (raw.record !== undefined && !raw.sweep) {
    throw new UsageError("--record writes the result of a sweep; give --sweep as well");
  }
  if (raw.lr !== undefined && raw.sweep) {
    throw new UsageError("--lr and --sweep cannot be used together: a sweep looks for the rates");
  }
  if (raw.out !== undefined && !raw.out.endsWith(".html")) {
    throw new UsageError(`--out ${raw.out}: the report's name ends with .html`);
  }
  const rules = parseRules(raw.optimizers ?? DEFAULT_OPTIMIZERS);
  const seeds = countOf("--seeds", raw.seeds, 3);
  if (seeds > MOST_SEEDS) {
    throw new UsageError(
      `--seeds is how many runs of each optimizer, at most ${MOST_SEEDS}, not "${raw.seeds}": their seeds are 1, 2 and so on, and those after ${MOST_SEEDS} choose learning rates`,
    );
  }
  const jobs = countOf("--jobs", raw.jobs, availableParallelism());
  if (jobs > MOST_JOBS) {
    throw new UsageError(
      `--jobs is at most ${MOST_JOBS}: more runs at a time than cores gain nothing`,
    );
  }
  return {
    rules,
    rates: raw.lr === undefined ? new Map() : parseRates(raw.lr, rules),
    sweep: raw.sweep ?? false,
    record: raw.record,
    seeds: seedsAfter(0, seeds),
    tuningSeeds: seedsAfter(MOST_SEEDS, seeds),
    steps: countOf("--steps", raw.steps, task.defaults.steps),
    batch: countOf("--batch", raw.batch, task.defaults.batch),
    settings: { ...task.defaults.settings, ...parseSettings(raw.set ?? [], task) },
    data: raw.data,
    out: raw.out,
    json: raw.json ?? false,
    jobs,
  };
}

export function countOf(option: string, text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`${option} must be a whole number, 1 or more, not "${text}"`);
  }
  return value;
}

export function parseRate(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(Number.isFinite(value) && value > 0)) {
    throw new UsageError(`--lr: a learning rate must be a number above 0, not "${text}"`);
  }
  return value;
}

/** Parses learning rates: `0.01` for all, or `adam=1e-3,sgd=0.1` for some. @throws {UsageError} */
export function parseRates(
  text: string,
  rules: readonly RuleSpecification[],
): Map<RuleSpecification, number> {
  if (!text.includes("=")) {
    const rate = parseRate(text);
    return new Map(rules.map((rule) => [rule, rate]));
  }
  const labels = rules.map(({ label }) => label);
  return new Map(
    splitOutside(text, ",").map((entry) => {
      // The last one, because a label such as adam(eps=1e-6) contains others.
      const at = entry.lastIndexOf("=");
      const label = entry.slice(0, at).trim();
      const rule = rules.find((each) => each.label === label);
      if (rule === undefined) {
        throw new UsageError(
          `--lr: \`${label}\` is not compared${didYouMean(label, labels) || `; ${labels.join(", ")} are`}`,
        );
      }
      return [rule, parseRate(entry.slice(at + 1))];
    }),
  );
}

/** Parses `hidden=[256,256]`: the value as JSON if it is JSON, otherwise as text. */
export function parseSettings(entries: readonly string[], task: Task): Record<string, unknown> {
  const known = Object.keys(task.defaults.settings);
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      if (at < 1) throw new UsageError(`--set ${entry}: write it as name=value`);
      const name = entry.slice(0, at);
      if (!known.includes(name)) {
        const list = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
        throw new UsageError(
          `--set: ${task.name} has no setting \`${name}\`${didYouMean(name, known) || `; ${list}`}`,
        );
      }
      return [name, parseValue(entry.slice(at + 1))];
    }),
  );
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
