/** Turns expressions into nodes of a graph, and checks names and types. */

import { didYouMean } from "../../suggest.ts";
import { RuleError, type Span } from "../errors.ts";
import { type FunctionEntry, functions, modulo, power } from "../language/functions.ts";
import type { otherCall, otherName } from "../language/habits.ts";
import type { BinarySymbol, Expression } from "../language/syntax.ts";
import type { GraphBuilder, Node } from "./graph.ts";
import type { ElementOperator, ValueType } from "./operators.ts";

/** Operators have a left operand; other expressions have none. */
type Leaning = Expression & { readonly left?: Expression };

type FormOf<F extends Expression["form"]> = Extract<Expression, { form: F }>;

const symbolOperators: Partial<Record<BinarySymbol, ElementOperator>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "<": "less",
  "<=": "lessOrEqual",
  ">": "less",
  ">=": "lessOrEqual",
  "==": "equal",
  "!=": "notEqual",
};

/** Finds a rule's name for a name or a function of other languages and libraries. */
export interface Hints {
  readonly otherName: typeof otherName;
  readonly otherCall: typeof otherCall;
}

/** For all parts of a chain together; more than any needs. It limits the work that follows to seconds. */
const maximumValues = 20_000;

/** Turns the expressions of one text into nodes. */
export class Elaborator {
  readonly #rule: string;
  readonly #text: string;
  readonly #graph: GraphBuilder;
  readonly #functions: Readonly<Record<string, FunctionEntry>>;
  readonly #hints: Hints | undefined;
  /** The current value of each name. */
  readonly names: Map<string, Node>;
  readonly used = new Set<string>();
  /** The node of each expression. */
  readonly nodes = new Map<Expression, Node>();

  /** @param hints for texts that may have mistakes */
  constructor(
    rule: string,
    text: string,
    graph: GraphBuilder,
    names: Map<string, Node>,
    known: Readonly<Record<string, FunctionEntry>> = functions,
    hints?: Hints,
  ) {
    this.#hints = hints;
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
          ? "a condition is not a number: use it in a `where`"
          : "a condition must be a comparison or a switch, such as `x > 0`",
        expression.span,
      );
    }
    return node;
  }

  node(expression: Expression): Node {
    // Chains such as a + b + c nest to the left. Going from the inside out needs little stack, and browsers' workers have little.
    while (!this.nodes.has(expression)) {
      let each: Leaning = expression;
      while (each.left && !this.nodes.has(each.left)) {
        each = each.left;
      }
      this.nodes.set(each, this.#elaborate(each));
    }
    return this.nodes.get(expression)!;
  }

  #elaborate(expression: Expression): Node {
    const { span } = expression;
    if (this.#graph.nodes.length > maximumValues) {
      this.fail(
        `all parts of a chain may compute ${maximumValues} values, and there are more up to here`,
        span,
      );
    }
    this.#startAt(span);
    switch (expression.form) {
      case "number":
        return this.#graph.constant(expression.value);
      case "name":
        return this.#name(expression.name, span);
      case "negation":
        return this.#negation(expression);
      case "binary":
        return this.#binary(expression);
      case "call":
        return this.#call(expression);
    }
  }

  #name(name: string, span: Span): Node {
    const node = this.names.get(name);
    if (node !== undefined) {
      this.#graph.locate(node);
      this.used.add(name);
      return node;
    }
    if (name === "u") {
      this.fail("`u` has no value yet: no rule before this line assigns it", span);
    }
    if (Object.hasOwn(functions, name)) {
      this.fail(`\`${name}\` is a function: \`${signature(name, functions[name]!)}\``, span);
    }
    const meant =
      this.#hints?.otherName(name, (each) => this.names.has(each)) ||
      didYouMean(name, this.names.keys());
    return this.fail(`unknown name \`${name}\`${meant}`, span);
  }

  /** Nodes that are made from here on get the whole expression as their origin, not its last operand. */
  #startAt(span: Span): void {
    this.#graph.origin = { rule: this.#rule, text: this.#text, span };
  }

  #negation({ operand, span }: FormOf<"negation">): Node {
    const node = this.value(operand);
    this.#startAt(span);
    return this.#graph.element("negate", node);
  }

  #binary({ symbol, left, right, span }: FormOf<"binary">): Node {
    const a = this.value(left);
    const b = this.value(right);
    this.#startAt(span);
    if (symbol === "^") {
      return power(this.#graph, a, b);
    }
    if (symbol === "%") {
      return modulo(this.#graph, a, b);
    }
    const operands = symbol[0] === ">" ? [b, a] : [a, b];
    return this.#graph.element(symbolOperators[symbol]!, ...operands);
  }

  #call({ callee, calleeSpan, operands, span }: FormOf<"call">): Node {
    if (!Object.hasOwn(this.#functions, callee)) {
      this.fail(
        this.names.has(callee)
          ? `\`${callee}\` is a value, not a function; write \`*\` to multiply`
          : `unknown function \`${callee}\`${this.#hints?.otherCall(callee) || didYouMean(callee, Object.keys(this.#functions))}`,
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
    this.#startAt(span);
    return build(this.#graph, ...nodes);
  }
}

/** How a function is called: `clamp(x, low, high)`. */
function signature(name: string, { parameters }: FunctionEntry): string {
  return `${name}(${parameters.join(", ")})`;
}
