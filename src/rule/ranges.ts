/** The ranges of hyperparameters: intervals in the usual notation. */

/** @inline */
type End = number | "inf" | "-inf";

/**
 * An interval: `"[0, 1)"` includes 0 but not 1, `"[0, inf]"` includes Infinity, and `"whole [1, inf)"` has
 * only the whole numbers.
 */
export type Interval = `${"" | "whole "}${"[" | "("}${End}, ${End}${"]" | ")"}`;

/** The valid values of a numeric hyperparameter. */
export interface Range {
  /** The text for messages: `a number in [0, 1)`. */
  readonly words: string;
  readonly has: (value: unknown) => value is number;
}

/**
 * The range is parsed only when a value is checked, so that importing an optimizer costs nothing.
 * @param interval without one, any number is valid
 */
export function rangeOf(interval?: string): Range {
  const [low, high] = (interval ?? "-inf inf")
    .match(/-?(inf|\d[\d.e-]*)/g)!
    .map((end) => Number(end.replace("inf", "Infinity"))) as [number, number];
  const [above, below, whole] = ["(", ")", "w"].map((sign) => interval?.includes(sign));
  return {
    words: interval ? `a ${interval.replace(/(?=[[(])/, "number in ")}` : "a number",
    // NaN is in no range.
    has: (value): value is number =>
      typeof value === "number" &&
      (above ? value > low : value >= low) &&
      (below ? value < high : value <= high) &&
      (!whole || Number.isInteger(value)),
  };
}

/** A value that is not valid, as messages show it. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return "an object";
  }
  return typeof value === "string" ? `the string "${value}"` : String(value);
}
