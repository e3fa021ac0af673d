/** Checks data that somebody else wrote: the module of a task, the files of a run. */
import { inspect } from "node:util";

/** A field, what it must be, and its check. The fields before it are valid by then. */
export type Check = readonly [
  field: string,
  expected: string,
  accepts: (value: unknown, whole: unknown) => boolean,
];

export const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "";
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1;
export const isPowerOfTwo = (value: unknown): value is number =>
  isCount(value) && Number.isInteger(Math.log2(value));
export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null;
export const isNumber = (value: unknown): value is number => Number.isFinite(value);
/** Some may have become infinite. */
export const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number");
export const isDate = (value: unknown): boolean =>
  isText(value) && !Number.isNaN(Date.parse(value));
/** A check for a field that may be left out. */
export const optional =
  (accepts: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || accepts(value);

/** A value as one would write it. */
const shown = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value)
    : inspect(value, { depth: 1, maxArrayLength: 10, breakLength: Number.POSITIVE_INFINITY });

/** The value of an own field `a.b`, or undefined. */
const fieldOf = (value: unknown, field: string): unknown =>
  field
    .split(".")
    .reduce<unknown>(
      (at, key) => (isObject(at) && key in at ? (at as Record<string, unknown>)[key] : undefined),
      value,
    );

/** What is wrong with the first field that is not valid, such as "`title` is missing; it must be a title". */
export function problemOf(value: unknown, checks: readonly Check[]): string | undefined {
  for (const [field, expected, accepts] of checks) {
    const found = fieldOf(value, field);
    if (accepts(found, value)) continue;
    const problem = found === undefined ? "is missing" : `is ${shown(found)}`;
    return `\`${field}\` ${problem}; it must be ${expected}`;
  }
  return undefined;
}
