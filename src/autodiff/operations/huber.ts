import { elementwise } from "../elementwise/elementwise.ts";
import { huber as formula } from "../elementwise/formulas.ts";
import { check } from "../errors.ts";
import { mean } from "../layout/reductions.ts";
import { checkOptions, printValue } from "../options.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/** Options of {@link huber}. */
export interface HuberOptions {
  /** Above 0: where squares end; by default 1. */
  readonly delta?: number;
}

/**
 * The mean over all elements of d^2 / 2 where |d| <= delta, and delta (|d| - delta / 2) elsewhere, for d = x - target
 * (Huber, 1964): outliers pull no harder than delta.
 *
 * @param target of the shape of x, or one that broadcasts
 * @returns []
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([2], { gradient: true });
 * x.data.set([0.5, 100]); // the second is an outlier
 * tape.backward(huber(x, tape.input([2]))); // 49.8125
 * tape.gradientOf(x); // [0.25, 0.5]: half of what each pulls, for a mean of two
 */
export function huber<A extends FloatArray>(
  x: Tensor<A>,
  target: Tensor<A>,
  options: HuberOptions = {},
): Tensor<A> {
  checkOptions("huber", options, ["delta"]);
  const { delta = 1 } = options;
  check(typeof delta === "number" && delta > 0 && delta < Infinity, () => {
    return `huber: expected a delta above 0, found ${printValue(delta)}`;
  });
  return mean(elementwise(formula, x, target, delta));
}
