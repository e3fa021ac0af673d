/** Defines optimizers and transforms from their maths, and chains rules. */

import { checkDefinition } from "./checkDefinition.ts";
import type { Definition, HyperDefaults, Rule, RuleFactory } from "./definition.ts";
import { ruleFactory } from "./factory.ts";
import { type Chained, chained, frozenParts } from "./join.ts";
import { textPlanner } from "./planning/prepare.ts";

/**
 * Defines an optimizer from its maths.
 * @returns a function from options to a rule
 * @throws {RuleError} where the text has a mistake
 * @example
 * const heavyBall = defineOptimizer({
 *   name: "heavyBall",
 *   title: "Heavy ball",
 *   summary: "Gradient descent that remembers its last step.",
 *   hyper: { lr: 0.1, momentum: 0.9 },
 *   state: { v: 0 },
 *   rule: `
 *     v = momentum * v + g
 *     u = v
 *   `,
 * });
 * optimize(net, heavyBall({ momentum: 0.8 }))
 */
export function defineOptimizer<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  checkDefinition("optimizer", definition);
  return ruleFactory("optimizer", definition, textPlanner);
}

/**
 * Defines a transform: a rule that changes `g`, `u` or `p` before or after the optimizer, or keeps a state.
 * @example
 * const halve = defineTransform({
 *   name: "halve",
 *   title: "Halving",
 *   summary: "Halves each gradient.",
 *   hyper: {},
 *   rule: "g = g / 2",
 * });
 * optimize(net, chain(halve(), adam()))
 */
export function defineTransform<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  checkDefinition("transform", definition);
  return ruleFactory("transform", definition, textPlanner);
}

/**
 * Joins rules and transforms into one rule: their statements run in this order, compiled together.
 *
 * Each part sees `g`, `u` and `p` as the parts before it left them. `p = p - lr * u` is applied at the
 * end of the last part that assigns `u`. If two parts have the same name, the second is called
 * `name#2`, even if they are in different branches of a partition.
 * @throws {HyperparameterError} where an argument is not a rule
 * @example
 * optimize(net, chain(clipByGlobalNorm(1), l2(1e-4), sgd({ lr: 0.1 })))
 */
export function chain<const R extends readonly Rule[]>(...rules: R): Chained<R[number]> {
  return chained(rules, textPlanner) as unknown as Chained<R[number]>;
}

/** The rule for parameters that no step changes. */
export const frozen: Rule = { parts: frozenParts, planner: textPlanner };
