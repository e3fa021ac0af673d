/** Four functions to minimize, with their targets. */
import { createRandom } from "../../src/tasks/random.ts";
import type { Problem } from "../support/problem.ts";
import { softmaxRegression } from "./softmaxRegression.ts";

export interface ConvergenceProblem {
  readonly title: string;
  /** The problem from its start; random gradients are the same each time. */
  readonly problem: Problem;
  /** The value of the function, less its minimum. */
  readonly excess: (w: Numbers) => number;
  /** The largest `excess` that counts as minimized. */
  readonly target: number;
}

type Numbers = ArrayLike<number>;

/** Rosenbrock, 1960, "An Automatic Method for Finding the Greatest or Least Value of a Function". */
const rosenbrock = exact({
  title: "Rosenbrock's curved valley from (−1.2, 1), to 1e-4",
  ...{ shape: [2], start: [-1.2, 1], target: 1e-4 },
  value: (w) => 100 * (w[1]! - w[0]! ** 2) ** 2 + (1 - w[0]!) ** 2,
  slope(w, into) {
    const off = w[1]! - w[0]! ** 2;
    into[0] = -400 * w[0]! * off - 2 * (1 - w[0]!);
    into[1] = 200 * off;
  },
});

const bealeConstants = [1.5, 2.25, 2.625] as const;
const bealeTerm = (w: Numbers, i: number) => bealeConstants[i]! - w[0]! + w[0]! * w[1]! ** (i + 1);

/** Beale, 1958, "On an Iterative Method for Finding a Local Minimum of a Function". */
const beale = exact({
  title: "Beale's function from (1, 1), to 1e-4",
  ...{ shape: [2], start: [1, 1], target: 1e-4 },
  value: (w) => bealeTerm(w, 0) ** 2 + bealeTerm(w, 1) ** 2 + bealeTerm(w, 2) ** 2,
  slope(w, into) {
    into.fill(0);
    for (let i = 0; i < 3; i++) {
      const twice = 2 * bealeTerm(w, i);
      into[0]! += twice * (w[1]! ** (i + 1) - 1);
      into[1]! += twice * (i + 1) * w[0]! * w[1]! ** i;
    }
  },
});

const SIDE = 10;
/** From 1 down to 1e-4, in an order unrelated to rows and columns. */
const curvatures = Array.from(
  createRandom(1).shuffle(Uint32Array.from({ length: SIDE * SIDE }, (_, i) => i)),
  (i) => 1e-4 ** (i / (SIDE * SIDE - 1)),
);

/** From 0.5 to 1.5, so that steps of equal length do not arrive everywhere at once. */
const distances = createRandom(2);
const away = curvatures.map(() => 0.5 + distances.uniform());

const bowl = (w: Numbers) =>
  curvatures.reduce((sum, curvature, i) => sum + (curvature * w[i]! ** 2) / 2, 0);

/** Each weight has its own curvature. */
const quadratic = exact({
  title: "a quadratic of 100 weights and condition 1e4, to 1e-4 of its start",
  ...{ shape: [SIDE, SIDE], start: away, target: 1e-4 * bowl(away) },
  value: bowl,
  slope(w, into) {
    for (let i = 0; i < into.length; i++) {
      into[i] = curvatures[i]! * w[i]!;
    }
  },
});

interface ExactSource {
  readonly title: string;
  readonly shape: readonly number[];
  readonly start: readonly number[];
  readonly target: number;
  readonly value: (w: Numbers) => number;
  readonly slope: (w: Numbers, into: Float32Array | Float64Array) => void;
}

/** A function with a minimum of 0, and its exact gradient. */
function exact({ title, shape, start, target, value, slope }: ExactSource): ConvergenceProblem {
  return {
    ...{ title, target, excess: value },
    problem: {
      ...{ shape, start },
      gradient(w, gradient) {
        slope(w, gradient);
        return value(w);
      },
    },
  };
}

export const problems = {
  rosenbrock,
  beale,
  quadratic,
  logistic: {
    title: "logistic regression of 3 classes on batches of 20, to 0.01 above its minimum",
    target: 0.01,
    ...softmaxRegression({ features: 8, classes: 3, examples: 400, batch: 20, seed: 1 }),
  },
} as const satisfies Record<string, ConvergenceProblem>;

export type ProblemName = keyof typeof problems;
