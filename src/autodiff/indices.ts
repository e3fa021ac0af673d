/** Row and class numbers that a caller fills anew before each pass. */
import { AutodiffError } from "./errors.ts";
import { printValue } from "./options.ts";

/**
 * Copies `from` into `into`, of as many elements, and throws where one is no whole number from 0 to
 * below `limit`. Each is read once: whatever writes into `from` meanwhile, only what was checked is used
 * as an address.
 *
 * @param what the numbers, as errors call them
 * @param ignored one that is let through, whatever the limit; by default none
 */
export function readIndices(
  operation: string,
  what: "indices" | "labels",
  from: ArrayLike<unknown>,
  into: Int32Array,
  limit: number,
  ignored = Number.NaN,
): void {
  // Without `check`, whose closure would be an allocation in each pass.
  if (from.length !== into.length) {
    throw new AutodiffError(
      `${operation}: expected ${into.length} ${what} as when it was recorded, found ${from.length}`,
    );
  }
  for (let i = 0; i < into.length; i++) {
    const index = from[i];
    const isOne = Number.isInteger(index) && (index as number) >= 0 && (index as number) < limit;
    if (!isOne && index !== ignored) {
      const found = `found ${printValue(index)} at position ${i}`;
      throw new AutodiffError(
        `${operation}: expected ${what} that are whole numbers from 0 to ${limit - 1}, ${found}`,
      );
    }
    into[i] = index as number;
  }
}
