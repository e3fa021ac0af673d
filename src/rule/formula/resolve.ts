/** Resolves the names in a part's expressions, and the conditions that its options decide. */
import type { Part } from "../definition.ts";
import type { Node } from "../graph/graph.ts";
import { chainOf } from "../language/chain.ts";
import type { Expression } from "../language/syntax.ts";
import type { Term } from "./term.ts";

/** The step that a value belongs to: none, this one, the last one, or before the first one. */
export type Time = "constant" | "now" | "previous" | "initial";

/** The value of a name between two assignments. */
export interface Value {
  readonly name: string;
  readonly role: "hyper" | "fact" | "flow" | "state" | "local";
  /** The part that the name belongs to. */
  readonly part: Part;
  readonly time: Time;
}

export type Names = Map<string, Term<Value>>;
export type Variable = Extract<Term<Value>, { form: "variable" }>;

export const variable = (value: Value): Variable => ({ form: "variable", variable: value });

const isNumber = (term: Term<Value>, value: number): boolean =>
  term.form === "number" && term.value === value;

/** Resolves the expressions of one part. */
export class Resolver {
  readonly names: Names;
  readonly #nodes: ReadonlyMap<Expression, Node>;
  readonly #decide: (node: Node) => number | undefined;

  constructor(
    names: Names,
    nodes: ReadonlyMap<Expression, Node>,
    decide: (node: Node) => number | undefined,
  ) {
    this.names = names;
    this.#nodes = nodes;
    this.#decide = decide;
  }

  resolve(expression: Expression): Term<Value> {
    switch (expression.form) {
      case "number":
        return { form: "number", value: expression.value };
      case "name":
        return this.names.get(expression.name)!;
      case "negation":
        return { form: "negation", operand: this.resolve(expression.operand) };
      case "binary": {
        const [first, links] = chainOf<Expression>(expression);
        return links.reduce((left, link) => this.#binary(link, left), this.resolve(first));
      }
      case "call": {
        const decided = expression.callee === "where" && this.#branch(expression.operands);
        return decided
          ? this.resolve(decided)
          : {
              form: "call",
              callee: expression.callee,
              operands: expression.operands.map((operand) => this.resolve(operand)),
            };
      }
    }
  }

  isCondition(expression: Expression): boolean {
    return this.#nodes.get(expression)!.type === "boolean";
  }

  /** @param left its left operand, resolved */
  #binary(expression: Extract<Expression, { form: "binary" }>, left: Term<Value>): Term<Value> {
    const { symbol } = expression;
    if (symbol === "+" && this.#isNothing(expression.right)) {
      return left;
    }
    const right = this.resolve(expression.right);
    if (symbol === "*") {
      // A factor of one that is not in the text comes from a decided `where`.
      if (isNumber(left, 1) && expression.left.form !== "number") {
        return right;
      }
      if (isNumber(right, 1) && expression.right.form !== "number") {
        return left;
      }
    }
    return { form: "binary", symbol, left, right };
  }

  /** Whether it is an option that stays 0, which is left out of sums. */
  #isNothing(expression: Expression): boolean {
    const node = this.#nodes.get(expression)!;
    return node.form === "hyper" && this.#decide(node) === 0;
  }

  /** The branch of a `where` that the options choose, if they do. */
  #branch(operands: readonly Expression[]): Expression | undefined {
    const [condition, yes, no] = operands as [Expression, Expression, Expression];
    const value = (of: Expression): number | undefined => this.#decide(this.#nodes.get(of)!);
    const decided = value(condition);
    if (decided !== undefined) {
      return decided !== 0 ? yes : no;
    }
    const same = value(yes);
    if (same === undefined || same !== value(no)) {
      return undefined;
    }
    return no.form === "number" ? no : yes;
  }
}
