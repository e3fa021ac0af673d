/** Converts between the caller's unknowns (a list or an object of numbers) and a vector. */

import { didYouMean } from "../../suggest.ts";
import { MinimizeError } from "../errors.ts";

/** A list of numbers, or an object of numbers such as `{ a: 1, b: 0.1 }`. */
export type Unknowns = readonly number[] | Float64Array | Readonly<Record<string, number>>;

/** The form in which functions and results have the unknowns: that of the start, without its literal types. */
export type FormOf<X> = X extends Float64Array
  ? Float64Array
  : X extends readonly number[]
    ? number[]
    : { -readonly [K in keyof X]: number };

/** The form of a start. */
export interface Form<X> {
  /** The name of each unknown, for messages: `b`, or `x[1]`. */
  readonly names: readonly string[];
  /** The start. */
  readonly start: Float64Array;
  /** Converts a vector to the form of the start. The result is always new. */
  readonly write: (vector: Float64Array) => FormOf<X>;
  /**
   * Reads a number for each unknown: from a list; from an object, in which a missing number is the default; or one for all.
   * @param what for messages: `bounds.lower`
   */
  readonly read: (what: string, given: unknown, byDefault: number) => Float64Array;
}

const isList = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || ArrayBuffer.isView(value);

/**
 * @param where the function that was called, for messages
 * @throws {MinimizeError} if the start is not valid
 */
export function formOf<X extends Unknowns>(where: string, start: X): Form<X> {
  if (typeof start !== "object" || start === null) {
    throw new MinimizeError(
      `${where}: the start must be a list of numbers, or an object of numbers such as { a: 1, b: 0.1 }`,
    );
  }
  const names = isList(start) ? Array.from(start, (_, i) => `x[${i}]`) : Object.keys(start);
  const values: readonly unknown[] = isList(start) ? Array.from(start) : Object.values(start);
  const vector = Float64Array.from(values, (value, i) => number(where, names[i]!, value));
  const keys = isList(start) ? undefined : names;
  return {
    names,
    start: vector,
    write: (from) => written(start, keys, from) as FormOf<X>,
    read: (what, given, byDefault) => {
      if (given === undefined) return new Float64Array(names.length).fill(byDefault);
      return readFor(`${where}: ${what}`, names, keys, given, byDefault);
    },
  };
}

function written(
  start: Unknowns,
  keys: readonly string[] | undefined,
  from: Float64Array,
): unknown {
  if (keys !== undefined) return Object.fromEntries(keys.map((key, i) => [key, from[i]!]));
  return start instanceof Float64Array ? from.slice() : Array.from(from);
}

function number(where: string, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new MinimizeError(
    `${where}: the start of \`${name}\` must be a finite number, not ${String(value)}`,
  );
}

function readFor(
  where: string,
  names: readonly string[],
  keys: readonly string[] | undefined,
  given: unknown,
  byDefault: number,
): Float64Array {
  const check = (name: string, value: unknown): number => {
    if (typeof value === "number" && !Number.isNaN(value)) return value;
    throw new MinimizeError(`${where} must be a number for ${name}, not ${String(value)}`);
  };
  if (typeof given === "number") {
    return new Float64Array(names.length).fill(check("all unknowns", given));
  }
  if (isList(given)) {
    if (given.length !== names.length) {
      throw new MinimizeError(
        `${where} has ${given.length} numbers for ${names.length} unknowns; give one for each`,
      );
    }
    return Float64Array.from(given, (value, i) => check(names[i]!, value));
  }
  if (typeof given !== "object" || given === null || keys === undefined) {
    throw new MinimizeError(
      `${where} must be one number for all unknowns, or a list with one for each`,
    );
  }
  const unknown = Object.keys(given).find((name) => !keys.includes(name));
  if (unknown !== undefined) {
    throw new MinimizeError(
      `${where}: there is no unknown \`${unknown}\`${didYouMean(unknown, keys)} (they are ${keys.join(", ")})`,
    );
  }
  const entries = given as Readonly<Record<string, unknown>>;
  return Float64Array.from(names, (name) =>
    Object.hasOwn(entries, name) && entries[name] !== undefined
      ? check(name, entries[name])
      : byDefault,
  );
}
