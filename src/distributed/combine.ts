/** How arrays of all ranks become one: element by element, in the tree that the interface fixes. */
import type { Combinable, Combination } from "./communicator.ts";

/** What makes one element of two. Float32 is exact in float64, so that one rounding, to float32, is left; integers wrap. */
const loops = {
  sum(target: Combinable, source: Combinable): void {
    for (let i = 0; i < target.length; i++) target[i] = target[i]! + source[i]!;
  },
  max(target: Combinable, source: Combinable): void {
    for (let i = 0; i < target.length; i++) target[i] = Math.max(target[i]!, source[i]!);
  },
  min(target: Combinable, source: Combinable): void {
    for (let i = 0; i < target.length; i++) target[i] = Math.min(target[i]!, source[i]!);
  },
} as const satisfies Record<Combination, unknown>;

export const combinations = Object.keys(loops) as readonly Combination[];

/** Combines two arrays of one type and length; the result is in the first. */
export function combineInto(
  target: Combinable,
  source: Combinable,
  combination: Combination,
): Combinable {
  loops[combination](target, source);
  return target;
}

/**
 * Makes one of the values of all ranks: neighbours first, then neighbours of these; one that is left over goes up as it is. So five
 * are `((0 + 1) + (2 + 3)) + 4`.
 * @param values one of each rank, in the order of ranks
 */
export function inTree<T>(values: readonly T[], combine: (left: T, right: T) => T): T {
  let level = [...values];
  while (level.length > 1) {
    const above: T[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(combine(level[i]!, level[i + 1]!));
    if (level.length % 2 === 1) above.push(level.at(-1)!);
    level = above;
  }
  return level[0]!;
}
