/** Runs optimizers on the problems. */
import { linear, optimizers, type Rule, type Schedule } from "../../src/index.ts";
import { type DescentOptions, descend } from "../support/problem.ts";
import { type ProblemName, problems } from "./problems.ts";

export type OptimizerName = keyof typeof optimizers;

/** A number, or a function that makes a schedule once the number of steps is known. */
type Option = number | boolean | ((steps: number) => Schedule);

/** The options other than the defaults, and the number of steps; if no options make it converge, also the reason. */
export type Setting = readonly [
  options: Readonly<Record<string, Option>>,
  steps: number,
  obstacle?: string,
];

/** A learning rate that falls linearly to 0. */
export const falling =
  (from: number): ((steps: number) => Schedule) =>
  (steps) =>
    linear({ initial: from, final: 0, steps });

export interface Outcome {
  /** The step after which the target was reached, rounded up to ten; Infinity: never. */
  readonly reached: number;
  /** The distance of the final value from the minimum. */
  readonly final: number;
}

const EVERY = 10;

export function ruleOf(optimizer: OptimizerName, [options, steps]: Setting): Rule {
  const given = Object.entries(options).map(([name, option]) => [
    name,
    typeof option === "function" ? option(steps) : option,
  ]);
  const factory: (options: object) => Rule = optimizers[optimizer];
  return factory(Object.fromEntries(given));
}

/** @param watch whether to check for the target during the run, which takes time */
export function outcome(
  optimizer: OptimizerName,
  name: ProblemName,
  setting: Setting,
  watch = true,
): Outcome {
  const { problem, excess, target } = problems[name];
  let reached = Number.POSITIVE_INFINITY;
  const visit: DescentOptions["visit"] = (w, step, evaluate) => {
    if (step % EVERY !== 0 || reached < step) return;
    if (evaluate(() => excess(w)) <= target) reached = step;
  };
  const end = descend(problem, ruleOf(optimizer, setting), setting[1], watch ? { visit } : {});
  return { reached, final: excess(end) };
}
