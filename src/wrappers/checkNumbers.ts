import { type Interval, rangeOf, shown } from "../rule/ranges.ts";
import { BindingError } from "../runtime/errors.ts";

/**
 * Checks the numbers among a wrapper's options.
 * @throws {BindingError} if one is outside of its interval
 */
export function checkNumbers<Name extends string>(
  wrapper: string,
  ranges: Readonly<Record<Name, Interval>>,
  options: Readonly<Record<Name, unknown>>,
): void {
  for (const [name, interval] of Object.entries<Interval>(ranges)) {
    const range = rangeOf(interval);
    const value = options[name as Name];
    if (!range.has(value)) {
      throw new BindingError(`${wrapper}: \`${name}\` must be ${range.words}, not ${shown(value)}`);
    }
  }
}
