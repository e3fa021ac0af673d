/** The ranges of hyperparameters: intervals in the usual notation. */

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

/** Read when a value is checked, so that importing an optimizer costs none of it. */
const notation = /^(whole )?((.)(\S+), (\S+)(.))$/;
const endOf = (text: string): number => Number(text.replace("inf", "Infinity"));

/** @param interval any number if there is none */
export function rangeOf(interval?: string): Range {
  const [, whole = "", text, from, low, high, to] = notation.exec(interval ?? "[-inf, inf]") ?? [];
  const [least, most] = [endOf(low!), endOf(high!)];
  return {
    words: `a ${whole}number${interval === undefined ? "" : ` in ${text}`}`,
    // NaN is in none.
    has: (value): value is number =>
      typeof value === "number" &&
      (from === "[" ? value >= least : value > least) &&
      (to === "]" ? value <= most : value < most) &&
      (whole === "" || Number.isInteger(value)),
  };
}

/** A value that does not fit, as messages show it. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return "an object";
  }
  return typeof value === "string" ? `the string "${value}"` : String(value);
}
