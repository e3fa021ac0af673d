/**
 * How many vectors of 128 bits a loop computes side by side. An engine that joins two into one of 256 bits needs two
 * (`gradus/wide`); for others two would only need more registers. Of two adjacent vectors, the last one is stored first:
 * otherwise V8 stores the first one twice, alone and joined with the other.
 */
export type SideBySide = 1 | 2;

let current: SideBySide = 1;

export const sideBySide = (): SideBySide => current;

/** Sets the number for all programs that are compiled from now on. */
export function takeSideBySide(count: SideBySide): void {
  current = count;
}
