/** Defines rules as `gradus` does, but without the planner. Tools mostly read rules, and so do not need it. */

import { checkDefinition } from "./checkDefinition.ts";
import type * as planned from "./define.ts";
import { ruleFactory } from "./factory.ts";
import { chained } from "./join.ts";
import { askedPlanner } from "./planning/asking.ts";

/**
 * Defines an optimizer from its maths. To run steps with it, use `defineOptimizer` of `gradus` instead: only that
 * includes the planner, which makes programs.
 * @returns a function from options to a rule
 * @throws {RuleError} where the text has a mistake
 */
export const defineOptimizer: typeof planned.defineOptimizer = (definition) => {
  checkDefinition("optimizer", definition);
  return ruleFactory("optimizer", definition, askedPlanner);
};

/** Defines a transform: a rule that changes `g`, `u` or `p` before or after the optimizer, or keeps a state. */
export const defineTransform: typeof planned.defineTransform = (definition) => {
  checkDefinition("transform", definition);
  return ruleFactory("transform", definition, askedPlanner);
};

/**
 * Joins rules and transforms into one rule, as `chain` of `gradus` does.
 * @throws {HyperparameterError} where an argument is not a rule
 */
export const chain: typeof planned.chain = (...rules) => chained(rules, askedPlanner) as never;
