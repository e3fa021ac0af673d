/** Combines partial results in float64, in a tree that depends on their number alone. */
import type { ReductionOperator } from "../rule/operators.ts";

const identities: Record<ReductionOperator, number> = {
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

function combine(
  operator: ReductionOperator,
  values: Float64Array,
  to: number,
  a: number,
  b: number,
): void {
  switch (operator) {
    case "sum":
      values[to] = values[a]! + values[b]!;
      break;
    case "max":
      values[to] = Math.max(values[a]!, values[b]!);
      break;
    case "min":
      values[to] = Math.min(values[a]!, values[b]!);
      break;
  }
}

/**
 * Reduces `values[offset ... offset + count]` pairwise, in place, to `values[offset]`; of no values
 * that is the operator's identity.
 */
export function combineTree(
  operator: ReductionOperator,
  values: Float64Array,
  offset: number,
  count: number,
): void {
  if (count === 0) {
    values[offset] = identities[operator];
  }
  for (let left = count; left > 1; left = Math.ceil(left / 2)) {
    const pairs = left >> 1;
    for (let pair = 0; pair < pairs; pair++) {
      combine(operator, values, offset + pair, offset + 2 * pair, offset + 2 * pair + 1);
    }
    if (left % 2 === 1) {
      values[offset + pairs] = values[offset + left - 1]!;
    }
  }
}
