import { elementwise } from "../elementwise/elementwise.ts";
import { binaryCrossEntropy as formula } from "../elementwise/formulas.ts";
import { mean } from "../layout/reductions.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/**
 * The mean over all elements of -t log(p) - (1 - t) log(1 - p) with p = sigmoid(logits), as log(1 + e^x) - x t, which
 * nothing overflows. With n elements, the gradient is (p - t) / n.
 *
 * @param logits before the sigmoid, not probabilities
 * @param targets from 0 to 1, of the shape of the logits, or one that broadcasts
 * @returns []
 * @example
 * const tape = createTape(optimizer);
 * const logits = tape.input([2], { gradient: true });
 * const targets = tape.input([2]);
 * targets.data.set([1, 0]);
 * const loss = binaryCrossEntropy(logits, targets);
 * tape.backward(loss); // 0.693147: log 2, as both are even odds
 * tape.gradientOf(logits); // [-0.25, 0.25]
 */
export function binaryCrossEntropy<A extends FloatArray>(
  logits: Tensor<A>,
  targets: Tensor<A>,
): Tensor<A> {
  return mean(elementwise(formula, logits, targets));
}
