/** Turns a rule's statements into a graph, checking names, types and kinds. */
import { type Definition, type Part, type StateDeclaration, stateOf } from "./definition.ts";
import { RuleError, type Span } from "./errors.ts";
import { type FunctionEntry, functions, modulo, power } from "./functions.ts";
import { type Fact, GraphBuilder, type Node, type Store } from "./graph.ts";
import { fits } from "./kinds.ts";
import type { ElementOperator, ValueType } from "./operators.ts";
import { parse } from "./parser.ts";
import { didYouMean } from "./suggest.ts";
import type { BinarySymbol, Expression, Statement } from "./syntax.ts";

const facts: readonly string[] = ["t", "rows", "cols", "size"] satisfies Fact[];
const flowing = ["g", "u", "p"] as const;

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

const symbolOperators: Partial<Record<BinarySymbol, ElementOperator>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "<": "less",
  "<=": "lessOrEqual",
  "==": "equal",
  "!=": "notEqual",
};

/** Finds the node of an expression. */
class Elaborator {
  readonly #rule: string;
  readonly #text: string;
  readonly #graph: GraphBuilder;
  readonly #functions: Readonly<Record<string, FunctionEntry>>;
  /** What each name stands for now. */
  readonly names: Map<string, Node>;
  readonly used = new Set<string>();
  /** What each expression became. */
  readonly nodes = new Map<Expression, Node>();

  constructor(
    rule: string,
    text: string,
    graph: GraphBuilder,
    names: Map<string, Node>,
    known: Readonly<Record<string, FunctionEntry>> = functions,
  ) {
    this.#rule = rule;
    this.#text = text;
    this.#graph = graph;
    this.names = names;
    this.#functions = known;
  }

  fail(problem: string, span: Span): never {
    throw new RuleError(this.#rule, problem, this.#text, span);
  }

  /** The node of an expression that must be a number, or a condition. */
  value(expression: Expression, type: ValueType = "number"): Node {
    const node = this.node(expression);
    if (node.type !== type) {
      this.fail(
        type === "number"
          ? "a comparison is no number; it can only be the condition of `where`"
          : "a condition is a comparison or a switch, such as `x > 0`",
        expression.span,
      );
    }
    return node;
  }

  node(expression: Expression): Node {
    const node = this.#elaborate(expression);
    this.nodes.set(expression, node);
    return node;
  }

  #elaborate(expression: Expression): Node {
    const { span } = expression;
    this.#graph.origin = { rule: this.#rule, text: this.#text, span };
    switch (expression.form) {
      case "number":
        return this.#graph.constant(expression.value);
      case "name":
        return this.#name(expression.name, span);
      case "negation":
        return this.#graph.element("negate", this.value(expression.operand));
      case "binary":
        return this.#binary(expression.symbol, expression.left, expression.right);
      case "call":
        return this.#call(expression);
    }
  }

  #name(name: string, span: Span): Node {
    const node = this.names.get(name);
    if (node !== undefined) {
      this.used.add(name);
      return node;
    }
    if (name === "u") {
      this.fail("`u` has no value yet: no rule before this line assigns it", span);
    }
    if (Object.hasOwn(functions, name)) {
      this.fail(`\`${name}\` is a function: \`${signature(name, functions[name]!)}\``, span);
    }
    return this.fail(`unknown name \`${name}\`${didYouMean(name, this.names.keys())}`, span);
  }

  #binary(symbol: BinarySymbol, left: Expression, right: Expression): Node {
    const a = this.value(left);
    const b = this.value(right);
    switch (symbol) {
      case "^":
        return power(this.#graph, a, b);
      case "%":
        return modulo(this.#graph, a, b);
      case ">":
        return this.#graph.element("less", b, a);
      case ">=":
        return this.#graph.element("lessOrEqual", b, a);
      default:
        return this.#graph.element(symbolOperators[symbol]!, a, b);
    }
  }

  #call({ callee, calleeSpan, operands, span }: Extract<Expression, { form: "call" }>): Node {
    if (!Object.hasOwn(this.#functions, callee)) {
      this.fail(
        this.names.has(callee)
          ? `\`${callee}\` is a value, not a function; write \`*\` to multiply`
          : `unknown function \`${callee}\`${didYouMean(callee, Object.keys(this.#functions))}`,
        calleeSpan,
      );
    }
    const { parameters, build } = this.#functions[callee]!;
    if (operands.length !== parameters.length) {
      this.fail(
        `\`${signature(callee, this.#functions[callee]!)}\` was given ${operands.length} operands`,
        span,
      );
    }
    const nodes = operands.map((operand, index) =>
      this.value(operand, parameters[index] === "condition" ? "boolean" : "number"),
    );
    this.#graph.origin = { rule: this.#rule, text: this.#text, span };
    return build(this.#graph, ...nodes);
  }
}

/** How a function is called: `clamp(x, low, high)`. */
function signature(name: string, { parameters }: FunctionEntry): string {
  return `${name}(${parameters.join(", ")})`;
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
    names.set(fact, graph.fact(fact as Fact));
  }
  addHyper(names, part, graph);
  for (const [name, { kind }] of Object.entries(stateOf(part.definition))) {
    names.set(name, graph.slot(`${part.name}.${name}`, kind));
  }
  return names;
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
  if (!fits(node.kind, kind)) {
    elaborator.fail(
      `the state \`${target}\` is a ${kind}, but this value is of kind ${node.kind}; reduce it first`,
      value.span,
    );
  }
}

function checkAllUsed(elaborator: Elaborator, part: Part, assigned: ReadonlySet<string>): void {
  const { hyper, state, rule } = part.definition;
  const end = { start: rule.length, end: rule.length };
  for (const name of Object.keys(state ?? {})) {
    if (!assigned.has(name)) {
      elaborator.fail(`the state \`${name}\` is never assigned`, end);
    }
  }
  for (const name of Object.keys(hyper)) {
    const implied = name === "lr" && assigned.has("u");
    const initial = Object.values(state ?? {}).some((value) =>
      new RegExp(`\\b${name}\\b`).test(String(typeof value === "object" ? value.initial : value)),
    );
    if (!elaborator.used.has(name) && !implied && !initial) {
      elaborator.fail(`the hyperparameter \`${name}\` is never used`, end);
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
  for (const statement of part.statements) {
    const { target, value } = statement;
    // A local may name a condition.
    const local = !Object.hasOwn(states, target) && !flowing.includes(target as "g");
    const node = local ? elaborator.node(value) : elaborator.value(value);
    checkTarget(elaborator, statement, node, part, states);
    elaborator.names.set(target, node);
    assigned.add(target);
  }
  checkAllUsed(elaborator, part, assigned);
  scope.g = elaborator.names.get("g")!;
  scope.p = elaborator.names.get("p")!;
  scope.u = elaborator.names.get("u");
  for (const name of Object.keys(states)) {
    scope.stores.push({ slot: `${part.name}.${name}`, value: elaborator.names.get(name)! });
  }
  return elaborator.nodes;
}

/** The node of a state's initial value: an expression of `p` and the part's hyperparameters. */
export function elaborateInitial(part: Part, text: string, graph: GraphBuilder): Node {
  const names = new Map<string, Node>([["p", graph.slot("p", "element")]]);
  addHyper(names, part, graph);
  const [statement] = parse(part.definition.name, `initial = ${text}`);
  return new Elaborator(part.definition.name, `initial = ${text}`, graph, names).value(
    statement!.value,
  );
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
