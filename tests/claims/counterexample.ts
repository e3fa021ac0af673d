/** The examples in which Adam does not converge: Reddi, Kale & Kumar, 2018, "On the Convergence of Adam and Beyond". */
import { chain, defineTransform, type Rule } from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { descend, type Problem } from "../support/problem.ts";

/** Projects back into the feasible set, from -1 to 1. */
const project = defineTransform({
  name: "project",
  hyper: {},
  rule: "p = clamp(p, -1, 1)",
});

/** Every third gradient is `large`, the others are -1. Their mean pushes the weight to -1, but most of them push it to 1. */
export const theorem1 = (large: number) => (step: number) => (step % 3 === 1 ? large : -1);

/** Section 3 of the paper: each 101st gradient is 1010, the others are -10. */
export const online = (step: number) => (step % 101 === 1 ? 1010 : -10);

/** The stochastic version: 1010 with probability 0.01. */
export function stochastic(seed: number): (step: number) => number {
  const random = createRandom(seed);
  return () => (random.uniform() < 0.01 ? 1010 : -10);
}

/** The weight after so many steps from 0; the optimum is -1. */
export function endOf(rule: Rule, gradient: (step: number) => number, steps: number): number {
  return pathOf(rule, gradient, steps, steps).at(-1)!;
}

/** The weight at so many points of the run. */
export function pathOf(
  rule: Rule,
  gradient: (step: number) => number,
  steps: number,
  points: number,
): number[] {
  const path: number[] = [];
  const problem: Problem = {
    shape: [1],
    start: [0],
    gradient(_, into, step) {
      into[0] = gradient(step);
      return 0;
    },
  };
  descend(problem, chain(rule, project()), steps, {
    visit([value], step) {
      if (step % (steps / points) === 0) path.push(value!);
    },
  });
  return path;
}
