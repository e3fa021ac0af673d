/** Random choices from a seed. */
import { randomNumbers } from "../support/numbers.ts";

export interface Random {
  readonly chance: (share: number) => boolean;
  readonly below: (count: number) => number;
  /** A whole number, with both ends included. */
  readonly whole: (low: number, high: number) => number;
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** Roughly normal, with three digits, so that it is short to print. */
  readonly normal: () => number;
  /** Some elements of a list, at least one. */
  readonly some: <T>(list: readonly T[]) => T[];
}

/** Three significant digits. */
export const short = (value: number): number => Number(value.toPrecision(3));

export function randomOf(seed: number, index: number): Random {
  // Neighbouring seeds must not start with similar numbers.
  const { next, pick, below, between } = randomNumbers(
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35),
  );
  for (let i = 0; i < 3; i++) next();
  const chance = (share: number) => next() < share;
  return {
    ...{ chance, below, between, pick },
    whole: (low, high) => low + below(high - low + 1),
    normal: () => short((next() + next() + next() + next() - 2) * 1.7),
    some: (list) => {
      const chosen = list.filter(() => chance(0.5));
      return chosen.length > 0 ? chosen : [pick(list)];
    },
  };
}
