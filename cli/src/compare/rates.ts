/** Chooses the learning rates that a sweep tries. */

/** Half-decades on each side of the center, before a sweep is widened. */
const HALF_WIDTH = 2;
/** The most rates that a sweep may add on each side, to look for a minimum beyond its edge. */
export const MOST_WIDENINGS = 6;

/** Rounds to three significant digits, so that 10^-2.5 is 0.00316. */
const tidy = (value: number) => Number(value.toPrecision(3));

/** `center` times √10^`halfDecades`. If the center itself is such a power, the result is on the exact grid. */
export function rateAt(center: number, halfDecades: number): number {
  const exponent = 2 * Math.log10(center);
  const whole = Math.round(exponent);
  const snapped = Math.abs(exponent - whole) < 0.004 ? whole : exponent;
  return tidy(10 ** ((snapped + halfDecades) / 2));
}

/** The rates around `center` that a sweep starts with, ascending. */
export function gridAround(center: number): number[] {
  return Array.from({ length: 2 * HALF_WIDTH + 1 }, (_, i) => rateAt(center, i - HALF_WIDTH));
}

/** A rate that was tried, with its loss; infinity if it diverged. */
export interface Tried {
  readonly lr: number;
  readonly loss: number;
}

/** The rate with the lowest loss; among equal ones the smallest. `undefined` if all diverged. */
export function bestRate(tried: readonly Tried[]): number | undefined {
  const finite = tried.filter(({ loss }) => Number.isFinite(loss));
  return finite.toSorted((a, b) => a.loss - b.loss || a.lr - b.lr)[0]?.lr;
}

/**
 * The rate to try next if the best one lies at the edge: a rate beyond the edge may be better. If all diverged, a lower
 * rate.
 */
export function widened(tried: readonly Tried[], center: number): number | undefined {
  const ascending = tried.toSorted((a, b) => a.lr - b.lr);
  const best = bestRate(ascending);
  const beyond = (lr: number, direction: 1 | -1) => {
    const position = Math.round(2 * Math.log10(lr / center)) + direction;
    return Math.abs(position) > HALF_WIDTH + MOST_WIDENINGS ? undefined : rateAt(center, position);
  };
  if (best === undefined || best === ascending[0]!.lr) return beyond(ascending[0]!.lr, -1);
  return best === ascending.at(-1)!.lr ? beyond(best, 1) : undefined;
}
