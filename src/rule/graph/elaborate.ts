/** Turns a rule's statements into a graph, checking names, types and kinds. */

import { type Definition, type Part, type StateDeclaration, stateOf } from "../definition.ts";
import { type FunctionEntry, functions } from "../language/functions.ts";
import { type parse, parseTrusted } from "../language/parser.ts";
import { statementsOf } from "../language/statements.ts";
import type { Expression, Statement } from "../language/syntax.ts";
import { Elaborator, type Hints } from "./elaborator.ts";
import { type Fact, GraphBuilder, type Node, reachable, type Store } from "./graph.ts";
import { fits, type Kind } from "./kinds.ts";

const reduces: readonly Node["form"][] = ["reduction", "line", "routine"];
export const facts: readonly string[] = [
  "t",
  "loss",
  "rows",
  "cols",
  "size",
  "matrix",
] satisfies Fact[];
export const flowing = ["g", "u", "p"] as const;
export const isFlowing = (name: string): boolean => flowing.includes(name as "g");

/** How texts of users are read, which may have mistakes (scrutiny.ts). */
export interface Scrutiny extends Hints {
  readonly parse: typeof parse;
  checkDeclared(elaborator: Elaborator, definition: Definition): void;
  checkAllUsed(elaborator: Elaborator, part: Part, assigned: ReadonlySet<string>): void;
}

/** The values that one part of a chain passes to the next. */
export interface Scope {
  readonly graph: GraphBuilder;
  g: Node;
  p: Node;
  u: Node | undefined;
  readonly stores: Store[];
}

export function newScope(): Scope {
  const graph = new GraphBuilder();
  return {
    graph,
    g: graph.slot("g", "element"),
    p: graph.slot("p", "element"),
    u: undefined,
    stores: [],
  };
}

/** The names that a part starts with: its inputs, facts, its hyperparameters and its state. */
function initialNames(part: Part, scope: Scope): Map<string, Node> {
  const { graph } = scope;
  // No text stands for these nodes; without this they would get the previous part's text.
  graph.origin = undefined;
  const names = new Map<string, Node>([
    ["g", scope.g],
    ["p", scope.p],
  ]);
  if (scope.u !== undefined) {
    names.set("u", scope.u);
  }
  for (const fact of facts) {
    names.set(fact, graph.fact(fact as Fact, fact === "t" ? part.name : undefined));
  }
  addHyper(names, part, graph);
  addState(names, part, graph);
  return names;
}

function addState(names: Map<string, Node>, part: Part, graph: GraphBuilder): void {
  for (const [name, { kind }] of Object.entries(stateOf(part.definition))) {
    names.set(name, graph.slot(`${part.name}.${name}`, kind));
  }
}

function addHyper(names: Map<string, Node>, part: Part, graph: GraphBuilder): void {
  for (const [name, value] of Object.entries(part.definition.hyper)) {
    const type = typeof value === "boolean" ? "boolean" : "number";
    names.set(name, graph.hyper(`${part.name}.${name}`, type));
  }
}

function checkTarget(
  elaborator: Elaborator,
  { target, targetSpan, value }: Statement,
  node: Node,
  part: Part,
  states: Readonly<Record<string, StateDeclaration>>,
): void {
  if (Object.hasOwn(part.definition.hyper, target)) {
    elaborator.fail(`\`${target}\` is a hyperparameter; a rule cannot assign it`, targetSpan);
  }
  if (facts.includes(target) || Object.hasOwn(functions, target)) {
    elaborator.fail(`\`${target}\` is a reserved name; choose another one`, targetSpan);
  }
  const kind = Object.hasOwn(states, target) ? states[target]!.kind : "element";
  if (isFlowing(target) || Object.hasOwn(states, target) ? !fits(node.kind, kind) : false) {
    elaborator.fail(
      `${Object.hasOwn(states, target) ? "the state " : ""}\`${target}\` is of kind ${kind}, but this value is of kind ${node.kind}; ${fits(kind, node.kind) ? "reduce it first" : "these kinds cannot be combined"}`,
      value.span,
    );
  }
}

/**
 * Adds one part's statements to the scope's graph. Its state goes to `scope.stores`, and `g`, `u` and
 * `p` of the scope become the values that the next part sees.
 * @returns the node of each expression
 * @throws {RuleError}
 */
export function elaboratePart(
  part: Part,
  scope: Scope,
  scrutiny?: Scrutiny,
): ReadonlyMap<Expression, Node> {
  const { definition } = part;
  scope.graph.part = part.name;
  const elaborator = new Elaborator(
    definition.name,
    definition.rule,
    scope.graph,
    initialNames(part, scope),
    functions,
    scrutiny,
  );
  scrutiny?.checkDeclared(elaborator, definition);
  const states = stateOf(definition);
  const assigned = new Set<string>();
  for (const statement of statementsOf(definition, scrutiny?.parse)) {
    const { target, value } = statement;
    // A local variable may be a condition.
    const local = !Object.hasOwn(states, target) && !isFlowing(target);
    const node = local ? elaborator.node(value) : elaborator.value(value);
    checkTarget(elaborator, statement, node, part, states);
    elaborator.names.set(target, node);
    assigned.add(target);
  }
  scrutiny?.checkAllUsed(elaborator, part, assigned);
  scope.g = elaborator.names.get("g")!;
  scope.p = elaborator.names.get("p")!;
  scope.u = elaborator.names.get("u");
  for (const [name, { kind }] of Object.entries(states)) {
    const value = elaborator.names.get(name)!;
    scope.stores.push({ slot: `${part.name}.${name}`, value, kind });
  }
  return elaborator.nodes;
}

/**
 * The node of a state's initial value: an expression of `p` and the part's hyperparameters.
 * @throws {RuleError}
 */
export function elaborateInitial(
  part: Part,
  text: string,
  kind: Kind,
  graph: GraphBuilder,
  scrutiny?: Scrutiny,
): Node {
  const names = new Map<string, Node>([["p", graph.slot("p", "element")]]);
  addHyper(names, part, graph);
  const { name } = part.definition;
  const line = `initial = ${text}`;
  const elaborator = new Elaborator(name, line, graph, names, functions, scrutiny);
  const [statement, second] = (scrutiny?.parse ?? parseTrusted)(name, line);
  if (second !== undefined) {
    elaborator.fail("the initial value of a state must be one expression", second.targetSpan);
  }
  const node = elaborator.value(statement!.value);
  if (reachable([node]).some(({ form }) => reduces.includes(form))) {
    elaborator.fail("the initial value of a state cannot reduce a tensor", statement!.value.span);
  }
  if (!fits(node.kind, kind)) {
    elaborator.fail(
      `a state of kind ${kind} cannot start from a value of kind ${node.kind}`,
      statement!.value.span,
    );
  }
  return node;
}

/**
 * The node of the weights to evaluate, from a part's definition.
 * @param projections the later parts that also change these weights
 * @throws {RuleError}
 */
export function elaborateEvaluation(
  part: Part,
  text: string,
  graph: GraphBuilder,
  projections: readonly Part[] = [],
  scrutiny?: Scrutiny,
): Node {
  const { name } = part.definition;
  const line = `p = ${text}`;
  graph.part = part.name;
  const names = new Map<string, Node>([
    ["p", graph.slot("p", "element")],
    ["t", graph.fact("t", part.name)],
  ]);
  addHyper(names, part, graph);
  addState(names, part, graph);
  const elaborator = new Elaborator(name, line, graph, names, functions, scrutiny);
  const [statement] = (scrutiny?.parse ?? parseTrusted)(name, line);
  const node = elaborator.value(statement!.value);
  if (!fits(node.kind, "element")) {
    elaborator.fail("the weights to evaluate are of another kind", { start: 4, end: line.length });
  }
  const scope: Scope = { graph, g: graph.slot("g", "element"), p: node, u: undefined, stores: [] };
  for (const projection of projections) {
    elaboratePart(projection, scope);
  }
  return scope.p;
}

/** The node of the last statement of a function's body, with the given names. */
export function elaborateFunction(
  name: string,
  text: string,
  graph: GraphBuilder,
  names: Map<string, Node>,
  known: Readonly<Record<string, FunctionEntry>>,
): Node {
  const elaborator = new Elaborator(name, text, graph, names, known);
  let node: Node | undefined;
  for (const { target, value } of parseTrusted(name, text)) {
    node = elaborator.node(value);
    elaborator.names.set(target, node);
  }
  return node!;
}
