/** Joins a rule's parts into one graph: the new values of parameters and states, computed from the old ones. */
import { Feature } from "../../feature.ts";
import type { Part, Rule } from "../definition.ts";
import { HyperparameterError } from "../errors.ts";
import { functions } from "../language/functions.ts";
import { statementsOf } from "../language/statements.ts";
import type { Expression } from "../language/syntax.ts";
import { remembering } from "../planning/programCache.ts";
import {
  elaborateFunction,
  elaboratePart,
  newScope,
  type Scope,
  type Scrutiny,
} from "./elaborate.ts";
import type { Node, Store } from "./graph.ts";
import { isHost } from "./kinds.ts";
import { checkOrder, type Flow, projectionsBehind } from "./order.ts";
import { verify } from "./verify.ts";

/** The parts of a rule. Whoever only reads a rule does not need its planner. */
export type Parts = Pick<Rule, "parts" | "select">;

const assigns = (part: Part, name: string): boolean =>
  statementsOf(part.definition).some(({ target }) => target === name);

/** The implied update, applied at the end of the last part that assigns `u`. */
export const update = "p = p - lr * u";

/** The index of the part after which `update` is applied; -1 if no part assigns `u`. */
export function updateIndex(rule: Parts): number {
  return rule.parts.findLastIndex((part) => assigns(part, "u"));
}

/** The part whose `lr` scales the direction: the last part that assigns `u`, or the nearest one before it. */
export function learningRatePart(rule: Parts): Part | undefined {
  return rule.parts
    .slice(0, updateIndex(rule) + 1)
    .findLast((part) => Object.hasOwn(part.definition.hyper, "lr"));
}

function applyUpdate(rule: Parts, scope: Scope): void {
  const part = learningRatePart(rule);
  if (part === undefined) {
    throw new HyperparameterError(
      `${nameOf(rule)}: \`u\` is assigned, but no part up to this one has the hyperparameter \`lr\``,
    );
  }
  const names = new Map([
    ["p", scope.p],
    ["u", scope.u!],
    ["lr", scope.graph.hyper(`${part.name}.lr`, "number")],
  ]);
  scope.p = elaborateFunction(nameOf(rule), update, scope.graph, names, functions);
}

/** `clipByGlobalNorm > adamw > ema` */
export function nameOf(rule: Parts): string {
  return rule.parts.map((part) => part.name).join(" > ");
}

/** Finds the states of one number that all parameters share (shared.ts). */
export const sharing = new Feature<(stores: readonly Store[]) => readonly Store[]>();

/** The parts of a rule in one graph. */
export interface Composition {
  readonly scope: Scope;
  /** For each part, the nodes of its expressions. */
  readonly nodes: readonly ReadonlyMap<Expression, Node>[];
  /** The values before the first part, and after each part. */
  readonly flows: readonly Flow[];
}

/**
 * Joins the parts of a rule, or of a fragment: transforms without an optimizer. A fragment may read a
 * direction from outside, and no direction is applied in it.
 * @param scrutiny for texts that may have mistakes
 * @throws {RuleError} where a part does not fit after those before it
 */
export function elaborateRule(rule: Parts, fragment = false, scrutiny?: Scrutiny): Composition {
  if (rule.select !== undefined) {
    throw new HyperparameterError(
      `${nameOf(rule)}: parameters have rules of their own here; look at each branch's rule by itself`,
    );
  }
  // The result does not depend on hyperparameters, so an empty map is passed.
  return elaborated(rule, new Map(), fragment, scrutiny);
}

function elaborate(rule: Parts, _: unknown, fragment: boolean, scrutiny?: Scrutiny): Composition {
  const scope = newScope();
  scope.u = fragment ? scope.graph.slot("u", "element") : undefined;
  const last = fragment ? -1 : updateIndex(rule);
  const flow = (): Flow => ({ g: scope.g, p: scope.p, u: scope.u, stores: scope.stores.length });
  const flows = [flow()];
  const nodes = rule.parts.map((part, index) => {
    const found = elaboratePart(part, scope, scrutiny);
    flows.push(flow());
    if (index === last) {
      applyUpdate(rule, scope);
    }
    return found;
  });
  return { scope, nodes, flows };
}

/** A text that was checked with scrutiny need not be checked again. */
const elaborated = remembering<Composition, [fragment: boolean, scrutiny?: Scrutiny], Parts>(
  elaborate,
  (fragment) => [fragment],
);

/**
 * The stores of a rule: `p` first, then each part's state.
 * @throws {RuleError} where a part does not fit after those before it
 */
export function compose(rule: Rule): readonly Store[] {
  const { scope, flows } = elaborateRule(rule);
  if (scope.p.form === "slot" && scope.p.name === "p") {
    throw new HyperparameterError(
      `${nameOf(rule) || "an empty chain"} changes no parameter; chain it with an optimizer, such as adam()`,
    );
  }
  const stores = [{ slot: "p", value: scope.p }, ...scope.stores];
  checkOrder(rule, flows, stores);
  projectionsBehind(rule);
  const hasNumbers = stores.some(({ kind }: Store) => kind !== undefined && isHost(kind));
  const marked = hasNumbers ? sharing.value(stores) : stores;
  verify("compose", marked);
  return marked;
}
