import { Legible } from "../legible.ts";
import { didYouMean } from "../suggest.ts";
import type { Schedule } from "./schedule.ts";
import { show } from "./show.ts";

/**
 * A schedule cannot be made from these options. The message names the schedule, the option, the
 * value it was given and what is allowed. Thrown when the schedule is made, never when it is
 * called.
 *
 * @example
 * try {
 *   cosine({ initial: 0.1, steps: -100 });
 * } catch (error) {
 *   error instanceof ScheduleError; // true
 * }
 */
export class ScheduleError extends Legible {
  constructor(schedule: string, problem: string) {
    super(`${schedule}: ${problem}`);
    this.name = "ScheduleError";
  }
}

/** What an option may be, in words for the message and as a test. */
export interface Check<Value> {
  readonly allowed: string;
  readonly accepts: (value: unknown) => value is Value;
}

type OptionalKey<Options> = {
  [Key in keyof Options]-?: Record<never, never> extends Pick<Options, Key> ? Key : never;
}[keyof Options];

/**
 * One entry for each option: its check and, for exactly those that may be left out, its default.
 */
export type Specification<Options> = {
  readonly [Key in keyof Options]-?: Key extends OptionalKey<Options>
    ? { readonly is: Check<Required<Options>[Key]>; readonly default: Required<Options>[Key] }
    : { readonly is: Check<Options[Key]> };
};

function numbers(allowed: string, accepts: (value: number) => boolean): Check<number> {
  return {
    allowed,
    accepts: (value): value is number =>
      typeof value === "number" && Number.isFinite(value) && accepts(value),
  };
}

export const finite = numbers("a finite number", () => true);
export const positive = numbers("a finite number above 0", (value) => value > 0);
export const notNegative = numbers("a finite number, 0 or more", (value) => value >= 0);
export const share = numbers("a number above 0 and below 1", (value) => value > 0 && value < 1);
export const fraction = numbers("a number from 0 to 1", (value) => value >= 0 && value <= 1);
export const count = numbers(
  "a whole number, 1 or more",
  (value) => Number.isSafeInteger(value) && value >= 1,
);
export const countOrZero = numbers(
  "a whole number, 0 or more",
  (value) => Number.isSafeInteger(value) && value >= 0,
);

/** Not NaN; an infinite one stands for no bound. */
export const bound: Check<number> = {
  allowed: "a number",
  accepts: (value): value is number => typeof value === "number" && !Number.isNaN(value),
};

export const flag: Check<boolean> = {
  allowed: "true or false",
  accepts: (value) => typeof value === "boolean",
};

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words): Check<Words[number]> {
  return {
    allowed: `one of ${words.map(show).join(", ")}`,
    accepts: (value): value is Words[number] => (words as readonly unknown[]).includes(value),
  };
}

export const someNumbers: Check<readonly number[]> = {
  allowed: "an array of at least one finite number",
  accepts: (value): value is readonly number[] =>
    Array.isArray(value) && value.length > 0 && Array.from(value).every(finite.accepts),
};

export const increasingCounts: Check<readonly number[]> = {
  allowed: "an array of whole numbers, 1 or more, each above the one before",
  accepts: (value): value is readonly number[] =>
    Array.isArray(value) &&
    // Unlike `every`, `from` visits the holes of a sparse array.
    Array.from(value).every((entry, i) => count.accepts(entry) && !(entry <= value[i - 1])),
};

/**
 * Calls it once, to tell a schedule from a function that makes one, such as `cosine` without its
 * options.
 */
function isSchedule(value: unknown): value is Schedule {
  if (typeof value !== "function") return false;
  try {
    return finite.accepts(value(1));
  } catch (error) {
    if (error instanceof ScheduleError) return false;
    throw error;
  }
}

export const aSchedule: Check<Schedule> = {
  allowed: "a schedule: a function that takes 1 to a finite number",
  accepts: isSchedule,
};

export const numberOrSchedule: Check<number | Schedule> = {
  allowed: "a finite number, or a schedule: a function that takes 1 to a finite number",
  accepts: (value): value is number | Schedule => finite.accepts(value) || isSchedule(value),
};

export const someSchedules: Check<readonly Schedule[]> = {
  allowed:
    "an array of at least one schedule, each of them a function that takes 1 to a finite number",
  accepts: (value): value is readonly Schedule[] =>
    Array.isArray(value) && value.length > 0 && Array.from(value).every(isSchedule),
};

/**
 * Checks a schedule's options and fills in its defaults. JavaScript users have no type checker, so
 * names are checked as well as values.
 *
 * @returns A new object in the specification's order. Arrays are copied: changing the caller's
 * later changes nothing.
 * @throws {@link ScheduleError} for an unknown name, a missing option or a value that is not
 * allowed.
 */
export function readOptions<Options extends object>(
  schedule: string,
  options: Options,
  specification: Specification<Options>,
): Required<Options> {
  const known = Object.keys(specification);
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ScheduleError(
      schedule,
      `takes an object with options (${known.join(", ")}), not ${show(options)}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw unknownOption(schedule, name, known);
  }
  const entries = Object.entries<{ is: Check<unknown>; default?: unknown }>(specification);
  const read = entries.map(([name, { is, default: standard }]) => {
    const given: unknown = options[name as keyof Options];
    const value = given === undefined ? standard : given;
    if (value === undefined) {
      throw new ScheduleError(schedule, `option \`${name}\` is missing; it must be ${is.allowed}`);
    }
    if (!is.accepts(value)) {
      throw new ScheduleError(
        schedule,
        `option \`${name}\` is ${show(value)}; it must be ${is.allowed}`,
      );
    }
    return [name, Array.isArray(value) ? [...value] : value];
  });
  return Object.fromEntries(read);
}

function unknownOption(schedule: string, name: string, known: readonly string[]): ScheduleError {
  return new ScheduleError(
    schedule,
    `unknown option \`${name}\`${didYouMean(name, known)} (its options are ${known.join(", ")})`,
  );
}

/** Fails unless the boundaries between some parts are one fewer than these. */
export function requireBoundaries(
  schedule: string,
  parts: string,
  count: number,
  { length }: readonly number[],
): void {
  if (length === count - 1) return;
  const needed = count === 2 ? "1 boundary" : `${count - 1} boundaries`;
  throw new ScheduleError(schedule, `${count} ${parts} need ${needed} between them, not ${length}`);
}
