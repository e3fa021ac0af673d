/** Functions to minimize with explicit gradients, so that the tests do not depend on autodiff. */
import { curvature, optimize, parameters, type Rule } from "../../src/index.ts";
import { createRandom, type Random } from "../../src/tasks/random.ts";

type Numbers = Float32Array | Float64Array;

export interface Problem {
  /** The shape of the only parameter, `w`. */
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
   * Called with the parameters after each step; `false` ends the run. Inside `evaluate` they are replaced by the weights to
   * evaluate.
   */
  readonly visit?: (w: Numbers, step: number, evaluate: Evaluate) => unknown;
}

/** The distance of the points for the curvature's difference of gradients: its error is about the square of this. */
const SPAN = 1e-4;

/**
 * Hutchinson's estimate of the Hessian's diagonal, v ⊙ H v with random signs v. H v is a central difference of gradients, for a
 * minibatch
 * of the same one.
 */
function hutchinson({ gradient }: Problem, w: Numbers, step: number, random: Random): Numbers {
  const signs = w.map(() => (random.uniform() < 0.5 ? -1 : 1));
  const [above, below] = [w.slice(), w.slice()];
  gradient(
    w.map((value, i) => value + SPAN * signs[i]!),
    above,
    step,
  );
  gradient(
    w.map((value, i) => value - SPAN * signs[i]!),
    below,
    step,
  );
  return signs.map((sign, i) => (sign * (above[i]! - below[i]!)) / (2 * SPAN));
}

/**
 * Minimizes for so many steps. A rule that reads curvature gets estimates of it, as users must provide them.
 *
 * @returns the weights to evaluate at the end; NaN if a loss or a gradient was NaN
 */
export function descend(
  problem: Problem,
  rule: Rule,
  steps: number,
  { type = "float64", visit }: DescentOptions = {},
): Numbers {
  const { shape, start, gradient } = problem;
  const { w } = parameters({ w: shape }, { type });
  w.data.set(start);
  using optimizer = optimize({ w }, rule, { nonFinite: "skip" });
  const evaluate: Evaluate = (callback) => optimizer.evaluate(callback);
  const own = optimizer.gradients.w;
  const reads = rule.parts.some(({ name }) => name === "sophia");
  using observer = reads ? curvature(optimizer, { nonFinite: "skip" }) : undefined;
  const random = createRandom(1);
  for (let step = 1; step <= steps; step++) {
    if (observer?.due) {
      observer.observe({ w: hutchinson(problem, w.data, step, random) });
    }
    const loss = gradient(w.data, own, step);
    if (!Number.isFinite(loss) || optimizer.step(undefined, { loss }).skipped) {
      return w.data.fill(Number.NaN);
    }
    if (visit?.(w.data, step, evaluate) === false) {
      break;
    }
  }
  return optimizer.evaluationWeights().w;
}
