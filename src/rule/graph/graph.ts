/** A rule as a graph of values. Equal values are one node, and operators of constants are evaluated at once. */
import { RuleError } from "../errors.ts";
import type { NamedRoutine } from "../matrices/matrix.ts";
import { hash } from "./hash.ts";
import { heightOf, isHost, isMatrix, join, type Kind, kindOf, widthOf } from "./kinds.ts";
import type { Fact, Lines, Node, Origin } from "./node.ts";
import {
  type ElementOperator,
  elementOperators,
  type LineOperator,
  type ReductionOperator,
  type ValueType,
} from "./operators.ts";
import type { Distribution } from "./random.ts";
import { siteOf } from "./sites.ts";

export type { Fact, Lines, Node, NodeBase, NodeOf, Origin, Store } from "./node.ts";

// `Omit` of a union would lose the fields that only some members have.
type Content = Node extends infer N ? (N extends Node ? Omit<N, "id" | "origin"> : never) : never;

export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly #known = new Map<string, Node>();
  /** The part that is being added. A draw's or a global reduction's site consists of its part and its number there. */
  part = "";
  readonly #sites = new Map<string, number>();

  /** The site of the next random draw in the part that is being added. */
  nextDraw(): number {
    return hash(`${this.part}#${this.#countUp("draw")}`);
  }

  /** The site of the next reduction over all parameters in the part that is being added. */
  nextReduction(): string {
    return siteOf(this.part, this.#countUp("reduction"));
  }

  #countUp(what: string): number {
    const key = `${what} ${this.part}`;
    const count = (this.#sites.get(key) ?? 0) + 1;
    this.#sites.set(key, count);
    return count;
  }

  /** The origin of nodes that are made while it is set. */
  origin: Origin | undefined;

  /** Sets the origin of a node that has none yet, such as a state, to the place where it is first read. */
  locate(node: Node): void {
    (node as { origin: Origin | undefined }).origin ??= this.origin;
  }

  constant(value: number, type: ValueType = "number"): Node {
    // A template string is the same for 0 and -0.
    const key = `constant ${Object.is(value, -0) ? "-0" : value} ${type}`;
    return this.#node(key, { form: "constant", value, kind: "uniform", type, operands: [] });
  }

  hyper(name: string, type: ValueType): Node {
    return this.#node(`hyper ${name}`, {
      form: "hyper",
      name,
      kind: "uniform",
      type,
      operands: [],
    });
  }

  /** @param part the part whose age it is, if it is an age */
  fact(name: Fact, part = ""): Node {
    return this.#node(`fact ${name} ${part}`, {
      form: "fact",
      name,
      part,
      kind: "uniform",
      type: name === "matrix" ? "boolean" : "number",
      operands: [],
    });
  }

  slot(name: string, kind: Kind): Node {
    return this.#node(`slot ${name}`, { form: "slot", name, kind, type: "number", operands: [] });
  }

  element(operator: ElementOperator, ...operands: readonly Node[]): Node {
    const { result: type, evaluate } = elementOperators[operator];
    const [a, b = a, c = a] = operands;
    if (a?.form === "constant" && b?.form === "constant" && c?.form === "constant") {
      return this.constant(evaluate(a.value, b.value, c.value), type);
    }
    const kind = operands.map((node) => node.kind).reduce((one, two) => this.#join(one, two));
    const key = `${operator} ${operands.map((node) => node.id).join(" ")}`;
    return this.#node(key, { form: "element", operator, kind, type, operands });
  }

  /** @param over the kind that is reduced: one number stands for all elements of a tensor */
  reduction(
    operator: ReductionOperator,
    scope: "tensor" | "global",
    operand: Node,
    over: Kind = isHost(operand.kind) ? "element" : operand.kind,
    site: string | undefined = scope === "global" ? this.nextReduction() : undefined,
  ): Node {
    return this.#node(`${operator} ${scope} ${over} ${operand.id} ${site}`, {
      form: "reduction",
      operator,
      scope,
      over,
      site,
      ...{ kind: "scalar", type: "number", operands: [operand] },
    });
  }

  random(distribution: Distribution, site: number): Node {
    return this.#node(`random ${distribution} ${site}`, {
      form: "random",
      distribution,
      site,
      ...{ kind: "element", type: "number", operands: [] },
    });
  }

  /** Reduces each row of a matrix, or each column. */
  line(operator: LineOperator, lines: Lines, operand: Node, over: Kind = operand.kind): Node {
    const kind = lines === "rows" ? kindOf(heightOf(over), "1") : kindOf("1", widthOf(over));
    if (!isMatrix(over) || kind === undefined) {
      this.#fail(`a value of kind ${over} has no ${lines} to reduce`);
    }
    return this.#node(`${operator} ${lines} ${over} ${operand.id}`, {
      form: "line",
      operator,
      lines,
      over,
      kind,
      type: "number",
      operands: [operand],
    });
  }

  routine(routine: NamedRoutine, ...operands: readonly Node[]): Node {
    const kinds = operands.slice(0, routine.matrices.length).map((node) => node.kind);
    const kind = kinds.some(isHost) ? undefined : routine.kindOf(...kinds);
    if (kind === undefined) {
      this.#fail(`\`${routine.name}\` does not take ${kinds.join(" and ")}`);
    }
    for (const [index, name] of routine.numbers.entries()) {
      const operand = operands[routine.matrices.length + index]!;
      if (!isHost(operand.kind)) {
        this.#fail(`\`${routine.name}\`: \`${name}\` must be a number, not kind ${operand.kind}`);
      }
    }
    const key = `${routine.name} ${operands.map((node) => node.id).join(" ")}`;
    return this.#node(key, { form: "routine", routine, kind, type: "number", operands });
  }

  /**
   * The same node with other operands, for rewriting passes. `over` stays the same, even if a decided `where` has
   * changed the operand's kind.
   */
  copy(node: Node, operands: readonly Node[]): Node {
    this.origin = node.origin;
    switch (node.form) {
      case "constant":
        return this.constant(node.value, node.type);
      case "hyper":
        return this.hyper(node.name, node.type);
      case "fact":
        return this.fact(node.name, node.part);
      case "slot":
        return this.slot(node.name, node.kind);
      case "element":
        return this.element(node.operator, ...operands);
      case "reduction":
        return this.reduction(node.operator, node.scope, operands[0]!, node.over, node.site);
      case "random":
        return this.random(node.distribution, node.site);
      case "line":
        return this.line(node.operator, node.lines, operands[0]!, node.over);
      case "routine":
        return this.routine(node.routine, ...operands);
    }
  }

  #join(a: Kind, b: Kind): Kind {
    const kind = join(a, b);
    return (
      kind ?? this.#fail(`values of kind ${a} and ${b} cannot be combined, element by element`)
    );
  }

  /** Throws an error at the place in the text. */
  #fail(problem: string): never {
    const { rule, text, span } = this.origin ?? { rule: "", text: "", span: { start: 0, end: 0 } };
    throw new RuleError(rule, problem, text, span);
  }

  #node(key: string, content: Content): Node {
    let node = this.#known.get(key);
    if (node === undefined) {
      node = { ...content, id: this.nodes.length, origin: this.origin } as Node;
      this.nodes.push(node);
      this.#known.set(key, node);
    }
    return node;
  }
}

/** The given nodes and all that they need, operands first. Known nodes, and what only they need, are left out. */
export function reachable(roots: readonly Node[], known = (_node: Node) => false): Node[] {
  const seen = new Map<number, Node>();
  const pending = [...roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!seen.has(node.id) && !known(node)) {
      seen.set(node.id, node);
      pending.push(...node.operands);
    }
  }
  return [...seen.values()].sort((a, b) => a.id - b.id);
}
