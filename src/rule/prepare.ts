/** From a rule and its hyperparameters to its program. */
import { compose } from "./compose.ts";
import type { HyperValue, Rule } from "./definition.ts";
import { type Program, schedule } from "./program.ts";
import { type Statics, simplify } from "./simplify.ts";

/** The hyperparameters of a rule as it was made, by qualified name. */
export function defaultHyper(rule: Rule): Map<string, HyperValue> {
  return new Map(
    rule.parts.flatMap((part) =>
      Object.entries(part.hyper).map(([name, value]) => [`${part.name}.${name}`, value] as const),
    ),
  );
}

/** The hyperparameters that no schedule changes; switches are 1 and 0. */
export function staticsOf(hyper: ReadonlyMap<string, HyperValue>): Statics {
  const fixed = new Map<string, number>();
  for (const [name, value] of hyper) {
    if (typeof value !== "function") {
      fixed.set(name, Number(value));
    }
  }
  return fixed;
}

/**
 * The program of a rule with the hyperparameters of one group.
 * @param guard whether all gradients are checked before anything is stored
 */
export function programOf(
  rule: Rule,
  hyper: ReadonlyMap<string, HyperValue>,
  guard: boolean,
): Program {
  return schedule(simplify(compose(rule), staticsOf(hyper)), { guard });
}
