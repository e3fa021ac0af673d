/** Combines the arrays of all ranks, element by element, in the tree that the interface prescribes. */
import type { ReduceOperation, ReducibleArray } from "./communicator.ts";

/** The loop of each operation. float32 is exact in float64, so there is only one rounding, to float32. Integers wrap. */
const loops = {
  sum(target: ReducibleArray, source: ReducibleArray): void {
    for (let i = 0; i < target.length; i++) target[i] = target[i]! + source[i]!;
  },
  max(target: ReducibleArray, source: ReducibleArray): void {
    for (let i = 0; i < target.length; i++) target[i] = Math.max(target[i]!, source[i]!);
  },
  min(target: ReducibleArray, source: ReducibleArray): void {
    for (let i = 0; i < target.length; i++) target[i] = Math.min(target[i]!, source[i]!);
  },
} as const satisfies Record<ReduceOperation, unknown>;

export const reduceOperations = Object.keys(loops) as readonly ReduceOperation[];

/** Combines two arrays of the same type and length. The first one gets the result, and is returned. */
export function reduceInto(
  target: ReducibleArray,
  source: ReducibleArray,
  operation: ReduceOperation,
): ReducibleArray {
  loops[operation](target, source);
  return target;
}

/**
 * Combines the values of all ranks in a tree: first neighbours, then the results of neighbours, and so on. A value without a neighbour goes
 * up unchanged. Five values are combined as `((0 + 1) + (2 + 3)) + 4`.
 * @param values one value for each rank, in the order of ranks
 */
export function treeReduce<T>(values: readonly T[], combine: (left: T, right: T) => T): T {
  let level = [...values];
  while (level.length > 1) {
    const above: T[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(combine(level[i]!, level[i + 1]!));
    if (level.length % 2 === 1) above.push(level.at(-1)!);
    level = above;
  }
  return level[0]!;
}
