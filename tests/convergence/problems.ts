/** Four functions to minimize, and what counts as minimized. */
import { createRandom } from "../../src/tasks/random.ts";
import type { Problem } from "../support/problem.ts";
import { softmaxRegression } from "./softmaxRegression.ts";

export interface ConvergenceProblem {
  readonly title: string;
  /** The problem from its start; what is random in its gradients is the same each time. */
  readonly problem: Problem;
  /** How far above its minimum the function is. */
  readonly excess: (w: ArrayLike<number>) => number;
  /** What `excess` has to come down to. */
  readonly target: number;
}

/** Rosenbrock, 1960, "An Automatic Method for Finding the Greatest or Least Value of a Function". */
const rosenbrock = exact({
  title: "Rosenbrock's curved valley from (−1.2, 1), to 1e-4",
  ...{ shape: [2], start: [-1.2, 1], target: 1e-4 },
  value: ([x = 0, y = 0]) => 100 * (y - x ** 2) ** 2 + (1 - x) ** 2,
  slope: ([x = 0, y = 0]) => [-400 * x * (y - x ** 2) - 2 * (1 - x), 200 * (y - x ** 2)],
});

/** Beale, 1958, "On an Iterative Method for Finding a Local Minimum of a Function". */
const beale = exact({
  title: "Beale's function from (1, 1), to 1e-4",
  ...{ shape: [2], start: [1, 1], target: 1e-4 },
  value: (w) => bealeTerms(w).reduce((sum, { term }) => sum + term ** 2, 0),
  slope: ([x = 0, y = 0]) =>
    bealeTerms([x, y]).reduce<readonly [number, number]>(
      ([dx, dy], { term, power }) => [
        dx + 2 * term * (y ** power - 1),
        dy + 2 * term * power * x * y ** (power - 1),
      ],
      [0, 0],
    ),
});

function bealeTerms([x = 0, y = 0]: readonly number[]) {
  return [1.5, 2.25, 2.625].map((constant, i) => ({
    term: constant - x + x * y ** (i + 1),
    power: i + 1,
  }));
}

const SIDE = 10;
/** From 1 down to 1e-4, in an order that says nothing about rows and columns. */
const curvatures = Array.from(
  createRandom(1).shuffle(Uint32Array.from({ length: SIDE * SIDE }, (_, i) => i)),
  (i) => 1e-4 ** (i / (SIDE * SIDE - 1)),
);

const sumOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** From 0.5 to 1.5, so that steps of one length do not arrive everywhere at once. */
const distances = createRandom(2);
const away = curvatures.map(() => 0.5 + distances.uniform());

const bowl = (w: readonly number[]) =>
  sumOf(curvatures.map((curvature, i) => (curvature * w[i]! ** 2) / 2));

/** Each weight has a curvature of its own. */
const quadratic = exact({
  title: "a quadratic of 100 weights and condition 1e4, to 1e-4 of its start",
  ...{ shape: [SIDE, SIDE], start: away, target: 1e-4 * bowl(away) },
  value: bowl,
  slope: (w) => curvatures.map((curvature, i) => curvature * w[i]!),
});

interface ExactSource {
  readonly title: string;
  readonly shape: readonly number[];
  readonly start: readonly number[];
  readonly target: number;
  readonly value: (w: readonly number[]) => number;
  readonly slope: (w: readonly number[]) => readonly number[];
}

/** A function whose least value is 0, with its exact gradient. */
function exact({ title, shape, start, target, value, slope }: ExactSource): ConvergenceProblem {
  return {
    ...{ title, target, excess: (w) => value(Array.from(w)) },
    problem: {
      ...{ shape, start },
      gradient(w, gradient) {
        const at = Array.from(w);
        gradient.set(slope(at));
        return value(at);
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
