/** How tools define rules: as `gradus` does, without what makes programs of them, which most only read. */

import { checkDefinition } from "./checkDefinition.ts";
import type * as planned from "./define.ts";
import { ruleFactory } from "./factory.ts";
import { chained } from "./join.ts";
import { askedPlanner } from "./planning/asking.ts";

/**
 * Defines an optimizer from its maths. To step by it, define it with `defineOptimizer` of `gradus`: only that brings along
 * what makes a program of it.
 * @returns a function from options to a rule
 * @throws {RuleError} where the text has a mistake
 */
export const defineOptimizer: typeof planned.defineOptimizer = (definition) => {
  checkDefinition("optimizer", definition);
  return ruleFactory("optimizer", definition, askedPlanner);
};

/** Defines a transform: a rule that changes `g`, `u` or `p` on the way, or keeps something. */
export const defineTransform: typeof planned.defineTransform = (definition) => {
  checkDefinition("transform", definition);
  return ruleFactory("transform", definition, askedPlanner);
};

/**
 * Joins rules and transforms into one rule, as `chain` of `gradus` does.
 * @throws {HyperparameterError} where an argument is no rule
 */
export const chain: typeof planned.chain = (...rules) => chained(rules, askedPlanner) as never;
