/** Measures how steps depend on the scale of the gradients, and on the axes. */
import type { Rule } from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { descend, type Problem } from "../support/problem.ts";
import { logistic } from "./logistic.ts";

/** The problem with each element of its gradient multiplied by a factor. */
function rescaled({ gradient, ...problem }: Problem, factors: readonly number[]): Problem {
  return {
    ...problem,
    gradient(w, into, step) {
      const loss = gradient(w, into, step);
      factors.forEach((factor, i) => {
        into[i]! *= factor;
      });
      return loss;
    },
  };
}

const FEATURES = 20;
const problem = () => logistic({ features: FEATURES, examples: 200, batch: 10, seed: 1 });

/**
 * Trains logistic regression in float32 twice: with its gradients, and with each element multiplied by its own factor.
 *
 * @param factor of element `i`
 * @returns the largest difference between the two results, relative to the largest change of a weight
 */
export function deviation(rule: Rule, factor: (i: number) => number, steps = 200): number {
  const factors = Array.from({ length: FEATURES }, (_, i) => factor(i));
  const type = "float32";
  const plain = descend(problem(), rule, steps, { type });
  const scaled = descend(rescaled(problem(), factors), rule, steps, { type });
  const way = Math.max(...plain.map(Math.abs));
  return Math.max(...plain.map((value, i) => Math.abs(value - scaled[i]!))) / way;
}

/** Random factors `base^k` with whole `k` from `-most` to `most`. */
export function randomFactors(base: number, most: number): (i: number) => number {
  const random = createRandom(2);
  const exponents = Array.from({ length: FEATURES }, () => random.integer(2 * most + 1) - most);
  return (i) => base ** exponents[i]!;
}

/**
 * A quadratic with curvatures from 1 to `condition`. Its axes are those of the parameters, or rotated by 45 degrees in each pair
 * of a
 * flat and a steep one.
 */
export function quadratic(condition: number, turned: boolean): Problem {
  const size = 10;
  const curvature = Array.from({ length: size }, (_, i) => condition ** (i / (size - 1)));
  const random = createRandom(3);
  const away = curvature.map(() => 1 + random.uniform());
  const mirror = (x: ArrayLike<number>, i: number) => {
    const partner = x[size - 1 - i]!;
    if (!turned) return x[i]!;
    return (i < size / 2 ? x[i]! + partner : partner - x[i]!) * Math.SQRT1_2;
  };
  return {
    shape: [size],
    // The same point in both cases, from 1 to 2 away from the minimum along each axis.
    start: curvature.map((_, i) => mirror(away, i)),
    gradient(w, into) {
      const along = curvature.map((_, i) => mirror(w, i));
      const slopes = curvature.map((each, i) => each * along[i]!);
      into.set(slopes.map((_, i) => mirror(slopes, i)));
      return slopes.reduce((sum, slope, i) => sum + (slope * along[i]!) / 2, 0);
    },
  };
}

/** The steps until the loss is a millionth of its start, or Infinity. */
export function stepsToMillionth(problem: Problem, rule: Rule, most: number): number {
  const scratch = new Float64Array(problem.start.length);
  const first = problem.gradient(Float64Array.from(problem.start), scratch, 1);
  let arrived = Number.POSITIVE_INFINITY;
  descend(problem, rule, most, {
    visit(w, step) {
      if (problem.gradient(w, scratch, step) > first * 1e-6) return true;
      arrived = step;
      return false;
    },
  });
  return arrived;
}
