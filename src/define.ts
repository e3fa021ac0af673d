/** How users define rules from text, with every part of compilers and runtime that such rules may need. */
import { provideAll } from "./features.ts";
import * as language from "./rule/define.ts";
import type { Definition, HyperDefaults, RuleFactory } from "./rule/definition.ts";

export { chain, frozen } from "./rule/define.ts";

/**
 * Defines an optimizer from its maths.
 * @returns a function from options to a rule
 * @throws {RuleError} if the text has a mistake
 */
export function defineOptimizer<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  provideAll();
  return language.defineOptimizer(definition);
}

/** Defines a transform: a rule that changes `g`, `u` or `p` on the way to the step, or only keeps state. */
export function defineTransform<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  provideAll();
  return language.defineTransform(definition);
}
