/** Joins a rule's parts into one graph: what each step stores, of what was there before it. */
import type { Part, Rule } from "./definition.ts";
import { elaboratePart, newScope, type Scope } from "./elaborate.ts";
import { HyperparameterError } from "./errors.ts";
import type { Store } from "./graph.ts";
import { verify } from "./verify.ts";

const assigns = (part: Part, name: string): boolean =>
  part.statements.some(({ target }) => target === name);

/** The part whose `lr` scales the direction: the nearest one at or before the last that assigns `u`. */
export function learningRatePart(rule: Rule): Part | undefined {
  const last = rule.parts.findLastIndex((part) => assigns(part, "u"));
  return rule.parts
    .slice(0, last + 1)
    .findLast((part) => Object.hasOwn(part.definition.hyper, "lr"));
}

function applyDirection(rule: Rule, scope: Scope): void {
  const part = learningRatePart(rule);
  if (part === undefined) {
    throw new HyperparameterError(
      `${nameOf(rule)}: \`u\` is assigned, but no rule up to there has the hyperparameter \`lr\``,
    );
  }
  const { graph } = scope;
  graph.origin = undefined;
  const change = graph.element("multiply", graph.hyper(`${part.name}.lr`, "number"), scope.u!);
  scope.p = graph.element("subtract", scope.p, change);
}

/** `clipByGlobalNorm > adamw > ema` */
export function nameOf(rule: Rule): string {
  return rule.parts.map((part) => part.name).join(" > ");
}

/**
 * The stores of a rule: `p` first, then each part's state.
 * @throws {RuleError} where a part does not fit behind those before it
 */
export function compose(rule: Rule): readonly Store[] {
  const scope = newScope();
  const last = rule.parts.findLastIndex((part) => assigns(part, "u"));
  for (const [index, part] of rule.parts.entries()) {
    elaboratePart(part, scope);
    if (index === last) {
      applyDirection(rule, scope);
    }
  }
  if (scope.p.form === "slot") {
    throw new HyperparameterError(
      `${nameOf(rule) || "an empty chain"} changes no parameter; chain it with an optimizer, such as adam()`,
    );
  }
  const stores = [{ slot: "p", value: scope.p }, ...scope.stores];
  verify("compose", stores);
  return stores;
}
