/** The ranges of hyperparameters: intervals in the usual notation. */

/** @inline */
type End = number | "inf" | "-inf";

/**
 * Numbers from one end to another: `"[0, 1)"` has 0 and not 1, `"[0, inf]"` has Infinity as well, and
 * `"whole [1, inf)"` the whole numbers among them.
 */
export type Interval = `${"" | "whole "}${"[" | "("}${End}, ${End}${"]" | ")"}`;

/** What a hyperparameter that is no switch may be. */
export interface Range {
  /** As messages say it: `a number in [0, 1)`. */
  readonly words: string;
  readonly has: (value: unknown) => value is number;
}

/**
 * Read only when a value is checked, so that importing an optimizer costs none of it.
 * @param interval any number if there is none
 */
export function rangeOf(interval?: string): Range {
  const [low, high] = (interval ?? "-inf inf")
    .match(/-?(inf|\d[\d.e-]*)/g)!
    .map((end) => Number(end.replace("inf", "Infinity"))) as [number, number];
  const [above, below, whole] = ["(", ")", "w"].map((sign) => interval?.includes(sign));
  return {
    words: interval ? `a ${interval.replace(/(?=[[(])/, "number in ")}` : "a number",
    // NaN is in none.
    has: (value): value is number =>
      typeof value === "number" &&
      (above ? value > low : value >= low) &&
      (below ? value < high : value <= high) &&
      (!whole || Number.isInteger(value)),
  };
}

/** A value that does not fit, as messages show it. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return "an object";
  }
  return typeof value === "string" ? `the string "${value}"` : String(value);
}
