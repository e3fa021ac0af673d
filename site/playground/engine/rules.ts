/** The rule of an entry. */
import { defineOptimizer, optimizers, type Rule, type RuleFactory } from "gradus";
import type { Definition } from "gradus/rule";
import type { Entry, RuleEntry } from "../state.ts";

/**
 * @throws {RuleError} where its text has a mistake
 * @throws {HyperparameterError} where an option has
 */
export function ruleOf(entry: Entry): Rule {
  if (entry.kind === "rule") return defineOptimizer(definitionOf(entry))();
  const factory = (optimizers as Readonly<Record<string, unknown>>)[entry.name];
  if (!Object.hasOwn(optimizers, entry.name))
    throw new Error(`The library has no optimizer ${entry.name}.`);
  return (factory as RuleFactory)(entry.options);
}

/** What `defineOptimizer` takes. Kinds and ranges are texts here: it checks them. */
export function definitionOf({ name, rule, hyper, ranges, state, evaluation }: RuleEntry) {
  return {
    ...{ name, rule, hyper, ranges, state },
    ...(evaluation !== undefined && { evaluation }),
  } as Definition;
}
