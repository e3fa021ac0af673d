/**
 * How the library defines its own rules. Their texts are checked by a test (tests/definitions.test.ts), so importing the library
 * parses none of them.
 */
import { provideAll } from "./features.ts";
import type { Definition, HyperDefaults, Role, RuleFactory } from "./rule/definition.ts";
import { ruleFactory } from "./rule/factory.ts";
import { planning } from "./rule/planning/asking.ts";
import { textPlanner } from "./rule/planning/prepare.ts";

/**
 * The build replaces calls of the two functions below by calls of this one (scripts/precompile.ts).
 * @param provide functions that provide only the parts that this rule needs, instead of all parts
 */
export function ruleWith<H extends HyperDefaults, A extends keyof H & string>(
  role: Role,
  definition: Definition<H, A>,
  ...provide: readonly (() => void)[]
): RuleFactory<H, A> {
  for (const each of provide) {
    each();
  }
  planning.provide(textPlanner);
  return ruleFactory(role, definition, textPlanner);
}

export function defineOptimizer<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  return ruleWith("optimizer", definition, provideAll);
}

export function defineTransform<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  return ruleWith("transform", definition, provideAll);
}
