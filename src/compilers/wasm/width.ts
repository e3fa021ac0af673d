/**
 * How many vectors of 128 bits a loop takes side by side. An engine that joins two into one of 256 bits wants two (`gradus/wide`);
 * for others they would only need more registers. Of two that are stored side by side the last one is stored first: else V8
 * stores the first one twice, alone and joined with the other.
 */
export type SideBySide = 1 | 2;

let current: SideBySide = 1;

export const sideBySide = (): SideBySide => current;

/** Holds for what is compiled from now on. */
export function takeSideBySide(count: SideBySide): void {
  current = count;
}
