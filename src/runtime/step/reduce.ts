/** Combines partial results in float64, in a tree that depends only on their number. */
import {
  identities,
  type LineOperator,
  type ReductionOperator,
} from "../../rule/graph/operators.ts";

/** Combines this number of pairs of neighbours in place, from `offset` on. */
type CombinePairs = (values: Float64Array, offset: number, pairs: number) => void;

/** One loop for each operator, because a call for each pair would take longer than the sum. */
const combinePairs: Record<LineOperator, CombinePairs> = {
  sum(values, offset, pairs) {
    for (let pair = 0; pair < pairs; pair++) {
      values[offset + pair] = values[offset + 2 * pair]! + values[offset + 2 * pair + 1]!;
    }
  },
  max(values, offset, pairs) {
    for (let pair = 0; pair < pairs; pair++) {
      values[offset + pair] = Math.max(values[offset + 2 * pair]!, values[offset + 2 * pair + 1]!);
    }
  },
  min(values, offset, pairs) {
    for (let pair = 0; pair < pairs; pair++) {
      values[offset + pair] = Math.min(values[offset + 2 * pair]!, values[offset + 2 * pair + 1]!);
    }
  },
};

/**
 * Reduces `values[offset ... offset + count]` pairwise, in place, to `values[offset]`. Without values, the result is the operator's
 * identity. Norms are combined to the norm of all elements.
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
  if (operator === "norm") {
    combineNorms(values, offset, count);
    return;
  }
  for (let left = count; left > 1; left = Math.ceil(left / 2)) {
    const pairs = left >> 1;
    combinePairs[operator](values, offset, pairs);
    if (left % 2 === 1) {
      values[offset + pairs] = values[offset + left - 1]!;
    }
  }
}

/** The norm of all elements, from norms of parts. Scaling by powers of two keeps squares within float64, and is exact. */
function combineNorms(values: Float64Array, offset: number, count: number): void {
  if (count < 2) {
    return;
  }
  let largest = 0;
  for (let i = offset; i < offset + count; i++) {
    largest = Math.max(largest, values[i]!);
  }
  const scale = largest > 2 ** 400 ? 2 ** -600 : largest < 2 ** -400 ? 2 ** 600 : 1;
  for (let i = offset; i < offset + count; i++) {
    values[i] = values[i]! * scale * (values[i]! * scale);
  }
  combineTree("sum", values, offset, count);
  values[offset] = Math.sqrt(values[offset]!) / scale;
}
