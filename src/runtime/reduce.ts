/** Combines partial results in float64, in a tree that depends on their number alone. */
import type { ReductionOperator } from "../rule/operators.ts";

const combiners: Record<ReductionOperator, (a: number, b: number) => number> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

const identities: Record<ReductionOperator, number> = {
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

/**
 * Reduces `values[offset ... offset + count]` pairwise, in place.
 * @returns the operator's identity for no values
 */
export function combineTree(
  operator: ReductionOperator,
  values: Float64Array,
  offset: number,
  count: number,
): number {
  if (count === 0) {
    return identities[operator];
  }
  const combine = combiners[operator];
  for (let left = count; left > 1; left = Math.ceil(left / 2)) {
    const pairs = left >> 1;
    for (let pair = 0; pair < pairs; pair++) {
      const at = offset + 2 * pair;
      values[offset + pair] = combine(values[at]!, values[at + 1]!);
    }
    if (left % 2 === 1) {
      values[offset + pairs] = values[offset + left - 1]!;
    }
  }
  return values[offset]!;
}
