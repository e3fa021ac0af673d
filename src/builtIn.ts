/**
 * How the library defines its own rules. Their texts are checked when it is tested (tests/definitions.test.ts), so that
 * importing it reads none of them.
 */
import { provideAll } from "./features.ts";
import type { Definition, HyperDefaults, Role, RuleFactory } from "./rule/definition.ts";
import { ruleFactory } from "./rule/factory.ts";
import { planning } from "./rule/planning/asking.ts";
import { textPlanner } from "./rule/planning/prepare.ts";

/**
 * What the build makes of the two below (scripts/precompile.ts).
 * @param provide provide what the rule needs, rather than all that any may
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
