import { Legible } from "../legible.ts";
import { didYouMean } from "../suggest.ts";

/**
 * A setting that a task does not have, or a value that it cannot take.
 *
 * @example
 * const readUnits = (units: unknown) => {
 *   if (Number.isInteger(units)) return units;
 *   throw new SettingError(`units must be a whole number, not ${units}`);
 * };
 * readUnits(64); // 64
 */
export class SettingError extends Legible {
  override readonly name = "SettingError";
}

/** What a setting's value may be. */
export interface Setting<T> {
  /** As errors say it: `a number from 0 to 1`. */
  readonly expected: string;
  readonly accepts: (value: unknown) => value is T;
}

/** A probability that is not 1. */
export const dropoutProbability: Setting<number> = {
  expected: "a number from 0 to below 1, at most 1 - 2^-32",
  accepts: (value): value is number =>
    typeof value === "number" && value >= 0 && value <= 1 - 2 ** -32,
};

/** The sizes of the hidden layers of a network, from its input on; there may be none. */
export const layerSizes: Setting<readonly number[]> = {
  expected: "a list of positive whole numbers such as [128, 128]",
  accepts: (value): value is readonly number[] =>
    Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size > 0),
};

/**
 * A task's settings: those given, and the defaults of the others.
 *
 * @throws SettingError that names the setting
 */
export function readSettings<S extends object>(
  given: Readonly<Record<string, unknown>>,
  defaults: S,
  kinds: { readonly [K in keyof S]: Setting<S[K]> },
): S {
  const known = new Map<string, Setting<unknown>>(Object.entries(kinds));
  for (const [name, value] of Object.entries(given)) {
    const kind = known.get(name);
    if (kind === undefined) {
      const list =
        known.size === 0 ? "there are none" : `there are ${[...known.keys()].join(", ")}`;
      throw new SettingError(
        `the task has no setting \`${name}\`${didYouMean(name, known.keys()) || `; ${list}`}`,
      );
    }
    if (!kind.accepts(value)) {
      const found = typeof value === "number" ? value : JSON.stringify(value);
      throw new SettingError(`${name} is ${found}; it must be ${kind.expected}`);
    }
  }
  return { ...defaults, ...given };
}
