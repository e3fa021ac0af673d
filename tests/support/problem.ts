/** Functions to minimize whose gradients are written out, so that no autodiff stands between. */
import { optimize, parameters, type Rule } from "../../src/index.ts";

type Numbers = Float32Array | Float64Array;

export interface Problem {
  /** Of the one parameter, `w`. */
  readonly shape: readonly number[];
  readonly start: readonly number[];
  /** Fills `gradient` with the gradient of step `step`, from 1, and returns the loss there. */
  readonly gradient: (w: Numbers, gradient: Numbers, step: number) => number;
}

type Evaluate = <T>(callback: () => T) => T;

export interface DescentOptions {
  /** Default `"float64"`. */
  readonly type?: "float32" | "float64";
  /**
   * Sees the parameters after each step; `false` ends the run. What runs inside of `evaluate` sees
   * the weights to evaluate in their place.
   */
  readonly visit?: (w: Numbers, step: number, evaluate: Evaluate) => unknown;
}

/**
 * Minimizes for so many steps.
 *
 * @returns the weights to evaluate where the run ended; not numbers where a loss or a gradient was none
 */
export function descend(
  { shape, start, gradient }: Problem,
  rule: Rule,
  steps: number,
  { type = "float64", visit }: DescentOptions = {},
): Numbers {
  const { w } = parameters({ w: shape }, { type });
  w.data.set(start);
  using optimizer = optimize({ w }, rule, { nonFinite: "skip" });
  const evaluate: Evaluate = (callback) => optimizer.evaluate(callback);
  const own = optimizer.gradients.w;
  for (let step = 1; step <= steps; step++) {
    const loss = gradient(w.data, own, step);
    if (!Number.isFinite(loss) || optimizer.step(undefined, { loss }).skipped) {
      return w.data.fill(Number.NaN);
    }
    if (visit?.(w.data, step, evaluate) === false) {
      break;
    }
  }
  return optimizer.evaluation().w;
}
