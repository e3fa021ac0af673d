/** Functions to minimise. */
import { gradientOf, type Problem, sumOfSquares as squaresOf } from "../problems/index.ts";

/** A test problem with its gradient. */
export const functionOf = (problem: Problem) => (x: number[]) => ({
  value: squaresOf(problem, x),
  gradient: gradientOf(problem, x),
});

/** Rosenbrock's function. */
export const rosenbrock = ([x, y]: number[]) => ({
  value: 100 * (y! - x! * x!) ** 2 + (1 - x!) ** 2,
  gradient: [-400 * x! * (y! - x! * x!) - 2 * (1 - x!), 200 * (y! - x! * x!)],
});

/** Rosenbrock's function without its gradient. */
export const rosenbrockValue = (x: number[]): number => rosenbrock(x).value;

/** Rosenbrock's function for each pair of a vector: fills in the gradient. */
export function extendedRosenbrock(x: Float64Array, gradient: Float64Array): number {
  let value = 0;
  for (let i = 0; i < x.length; i += 2) {
    const [a, b] = [x[i]!, x[i + 1]!];
    const [valley, rest] = [b - a * a, 1 - a];
    value += 100 * valley * valley + rest * rest;
    gradient[i] = -400 * a * valley - 2 * rest;
    gradient[i + 1] = 200 * valley;
  }
  return value;
}

/** Half the sum of `weights[i] * (x[i] - centre[i])^2`. */
export const bowl = (weights: readonly number[], centre: readonly number[]) => (x: number[]) => ({
  value: x.reduce((sum, each, i) => sum + (weights[i]! * (each - centre[i]!) ** 2) / 2, 0),
  gradient: x.map((each, i) => weights[i]! * (each - centre[i]!)),
});
