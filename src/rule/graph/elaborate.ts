/** Turns a rule's statements into a graph, checking names, types and kinds. */

import { didYouMean } from "../../suggest.ts";
import { type Definition, type Part, type StateDeclaration, stateOf } from "../definition.ts";
import { type FunctionEntry, functions } from "../language/functions.ts";
import { parse } from "../language/parser.ts";
import { statementsOf } from "../language/statements.ts";
import type { Expression, Statement } from "../language/syntax.ts";
import { Elaborator } from "./elaborator.ts";
import { type Fact, GraphBuilder, type Node, reachable, type Store } from "./graph.ts";
import { fits, type Kind } from "./kinds.ts";

const reduces: readonly Node["form"][] = ["reduction", "line", "routine"];
const facts: readonly string[] = ["t", "loss", "rows", "cols", "size", "matrix"] satisfies Fact[];
const flowing = ["g", "u", "p"] as const;
const isFlowing = (name: string): boolean => flowing.includes(name as "g");

/** What flows from one part of a chain to the next. */
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

function checkDeclared(elaborator: Elaborator, definition: Definition, name: string): void {
  const reserved = [...flowing, ...facts, "match"].includes(name);
  if (reserved || Object.hasOwn(functions, name) || !/^[A-Za-z_]\w*$/.test(name)) {
    elaborator.fail(
      reserved || Object.hasOwn(functions, name)
        ? `\`${name}\` has a meaning of its own; state and hyperparameters need other names`
        : `\`${name}\` is no name: letters, digits and _, not starting with a digit`,
      { start: 0, end: 0 },
    );
  }
  if (Object.hasOwn(definition.hyper, name) && Object.hasOwn(definition.state ?? {}, name)) {
    elaborator.fail(`\`${name}\` is both a hyperparameter and a state`, { start: 0, end: 0 });
  }
}

/** The names that a part starts with: what flows in, facts, its hyperparameters and its state. */
function initialNames(part: Part, scope: Scope): Map<string, Node> {
  const { graph } = scope;
  // No text stands for these, least of all that of the part before.
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
    elaborator.fail(`\`${target}\` has a meaning of its own; choose another name`, targetSpan);
  }
  const kind = Object.hasOwn(states, target) ? states[target]!.kind : "element";
  if (isFlowing(target) || Object.hasOwn(states, target) ? !fits(node.kind, kind) : false) {
    elaborator.fail(
      `${Object.hasOwn(states, target) ? "the state " : ""}\`${target}\` is of kind ${kind}, but this value is of kind ${node.kind}; ${fits(kind, node.kind) ? "reduce it first" : "they do not go together"}`,
      value.span,
    );
  }
}

function checkAllUsed(elaborator: Elaborator, part: Part, assigned: ReadonlySet<string>): void {
  const { hyper, state, symbols, rule } = part.definition;
  const last = rule.trimEnd().length;
  const end = { start: last, end: last };
  for (const [name, { initial }] of Object.entries(stateOf(part.definition))) {
    // What starts from an expression may stay as it started.
    const stays = typeof initial === "string" && elaborator.used.has(name);
    if (!assigned.has(name) && !stays) {
      elaborator.fail(`the state \`${name}\` is never assigned`, end);
    }
  }
  const initial = new Set(
    Object.values(stateOf(part.definition)).flatMap((each) => String(each.initial).match(/\w+/g)),
  );
  for (const name of Object.keys(hyper)) {
    const implied = name === "lr" && assigned.has("u");
    if (!elaborator.used.has(name) && !implied && !initial.has(name)) {
      elaborator.fail(`the hyperparameter \`${name}\` is never used`, end);
    }
  }
  const own = new Set(
    [...Object.keys(hyper), ...Object.keys(state ?? {}), ...assigned].filter(
      (name) => !isFlowing(name),
    ),
  );
  for (const name of Object.keys(symbols ?? {})) {
    if (!own.has(name)) {
      elaborator.fail(`\`symbols\` has the unknown name \`${name}\`${didYouMean(name, own)}`, end);
    }
  }
}

/**
 * Adds one part's statements to the scope's graph. Its state goes to `scope.stores`; `g`, `u` and
 * `p` are left as the next part finds them.
 * @returns what each expression became
 * @throws {RuleError}
 */
export function elaboratePart(part: Part, scope: Scope): ReadonlyMap<Expression, Node> {
  const { definition } = part;
  scope.graph.part = part.name;
  const elaborator = new Elaborator(
    definition.name,
    definition.rule,
    scope.graph,
    initialNames(part, scope),
  );
  for (const name of [...Object.keys(definition.hyper), ...Object.keys(definition.state ?? {})]) {
    checkDeclared(elaborator, definition, name);
  }
  const states = stateOf(definition);
  const assigned = new Set<string>();
  for (const statement of statementsOf(definition)) {
    const { target, value } = statement;
    // A local may name a condition.
    const local = !Object.hasOwn(states, target) && !isFlowing(target);
    const node = local ? elaborator.node(value) : elaborator.value(value);
    checkTarget(elaborator, statement, node, part, states);
    elaborator.names.set(target, node);
    assigned.add(target);
  }
  checkAllUsed(elaborator, part, assigned);
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
export function elaborateInitial(part: Part, text: string, kind: Kind, graph: GraphBuilder): Node {
  const names = new Map<string, Node>([["p", graph.slot("p", "element")]]);
  addHyper(names, part, graph);
  const { name } = part.definition;
  const line = `initial = ${text}`;
  const elaborator = new Elaborator(name, line, graph, names);
  const [statement, second] = parse(name, line);
  if (second !== undefined) {
    elaborator.fail("the initial value of a state is one expression", second.targetSpan);
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
 * The node of the weights to evaluate, by a part's definition.
 * @param projections the parts behind it that move these weights, too
 * @throws {RuleError}
 */
export function elaborateEvaluation(
  part: Part,
  text: string,
  graph: GraphBuilder,
  projections: readonly Part[] = [],
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
  const elaborator = new Elaborator(name, line, graph, names);
  const node = elaborator.value(parse(name, line)[0]!.value);
  if (!fits(node.kind, "element")) {
    elaborator.fail("the weights to evaluate are of another kind", { start: 4, end: line.length });
  }
  const scope: Scope = { graph, g: graph.slot("g", "element"), p: node, u: undefined, stores: [] };
  for (const projection of projections) {
    elaboratePart(projection, scope);
  }
  return scope.p;
}

/** The node of the last statement of a function's body, over the names given. */
export function elaborateFunction(
  name: string,
  text: string,
  graph: GraphBuilder,
  names: Map<string, Node>,
  known: Readonly<Record<string, FunctionEntry>>,
): Node {
  const elaborator = new Elaborator(name, text, graph, names, known);
  let node: Node | undefined;
  for (const { target, value } of parse(name, text)) {
    node = elaborator.node(value);
    elaborator.names.set(target, node);
  }
  return node!;
}
