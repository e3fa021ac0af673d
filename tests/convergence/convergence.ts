/** How optimizers do on the problems. */
import { linear, optimizers, type Rule, type Schedule } from "../../src/index.ts";
import { type DescentOptions, descend } from "../support/problem.ts";
import { type ProblemName, problems } from "./problems.ts";

export type OptimizerName = keyof typeof optimizers;

/** A number, or what becomes a schedule once the number of steps is known. */
type Option = number | boolean | ((steps: number) => Schedule);

/**
 * Options other than the defaults, and how many steps are made with them; and, where no options make
 * it converge, why.
 */
export type Setting = readonly [
  options: Readonly<Record<string, Option>>,
  steps: number,
  obstacle?: string,
];

/** A learning rate that falls to 0 along a line. */
export const falling =
  (from: number): ((steps: number) => Schedule) =>
  (steps) =>
    linear({ initial: from, final: 0, steps });

export interface Outcome {
  /** After which step the target was reached, to ten; Infinity: never. */
  readonly reached: number;
  /** How far above the minimum the run ended. */
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

/** @param watch whether to look out for the target on the way, which costs time */
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
