/** Combines the arrays of all ranks, element by element, in the tree that the interface prescribes. */
import type { Combinable, Combination } from "./communicator.ts";

/** The loops for each combination. float32 is exact in float64, so there is only one rounding, to float32. Integers wrap. */
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

/** Combines two arrays of the same type and length. The first one gets the result, and is returned. */
export function combineInto(
  target: Combinable,
  source: Combinable,
  combination: Combination,
): Combinable {
  loops[combination](target, source);
  return target;
}

/**
 * Combines the values of all ranks in a tree: first neighbours, then the results of neighbours, and so on. A value without a neighbour goes
 * up unchanged. Five values are combined as `((0 + 1) + (2 + 3)) + 4`.
 * @param values one value for each rank, in the order of ranks
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
