/**
 * How the library defines its own rules. Their texts are checked when it is tested (tests/definitions.test.ts), so that
 * importing it reads none of them.
 */
import { provideAll } from "./features.ts";
import type { Definition, HyperDefaults, RuleFactory } from "./rule/definition.ts";
import { ruleFactory } from "./rule/factory.ts";
import { textPlanner } from "./rule/planning/prepare.ts";

export function defineOptimizer<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  provideAll();
  return ruleFactory("optimizer", definition, textPlanner);
}

export function defineTransform<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  provideAll();
  return ruleFactory("transform", definition, textPlanner);
}
