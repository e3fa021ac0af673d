/** How a restore converts numbers that were kept in another type; `conversions.ts` does it, for whoever brings it along. */
import { Feature } from "../feature.ts";
import type { StoredElements } from "./memory.ts";
import { keptAs, type StoredArray } from "./state.ts";

/** What a restore has converted: one entry for all parameters of which the rest is the same. */
export interface Conversion {
  readonly parameters: readonly string[];
  /** Which state of them, such as `adam.m`; undefined where it is their own values. */
  readonly state: string | undefined;
  /** How the numbers were saved, such as `bfloat16`. */
  readonly from: string;
  /** How they are kept now. */
  readonly to: string;
  /**
   * `exact`: the new type has all numbers of the old one. `nearest`: each became the nearest number of the new type, of two
   * equally near ones the even one. `own`: as a storage of your own encodes them.
   */
  readonly rounding: "exact" | "nearest" | "own";
}

/** An array with the place that it is read from. */
export type Stored = StoredElements | StoredArray;

/** Where an array is to go. */
export interface Target {
  readonly to: StoredElements;
  /** What whole numbers stand for there. */
  readonly kept?: string | undefined;
  readonly parameter: string;
  readonly state?: string;
}

/** An array that is made of another one. */
export interface ConvertedArray extends StoredArray {
  readonly source: Stored;
  /** Of what was read from the source. @throws {RestoreError} where a number is too large for the new type */
  of(array: StoredElements): StoredElements;
}

export interface Converter {
  /**
   * The same numbers as a target keeps them; undefined where one of the two ways to keep them is not known.
   * @param was how they are kept in the array
   * @param type how the target keeps them
   */
  convert(
    this: void,
    from: Stored,
    was: string,
    type: string,
    target: Target,
  ): ConvertedArray | undefined;
  /** What was converted among these arrays. */
  conversionsIn(arrays: readonly Stored[]): readonly Conversion[];
}

/** Undefined where nothing may be converted. */
export type Convert = Converter["convert"] | undefined;

/** Only some restores convert. */
export const converting = new Feature<Converter>();

/**
 * A saved array as it is to be in its place, or what differs.
 * @param kept what whole numbers stand for in what was saved
 */
export function fitted(
  saved: Stored | undefined,
  kept: string | undefined,
  target: Target,
  convert: Convert,
): Stored | string {
  if (saved === undefined) {
    return "was not saved";
  }
  const { to } = target;
  const [type, was] = [keptAs(to, target.kept), keptAs(saved, kept)];
  const from = was === type ? saved : convert?.(saved, was, type, target);
  if (from?.length === to.length) {
    return from;
  }
  const advice = was === type || convert ? "" : ": pass { convert: true }";
  return `has ${to.length} of ${type}, saved were ${saved.length} of ${was}${advice}`;
}
