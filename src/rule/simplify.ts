/**
 * The simplifications that keep results the same, and one that is allowed to change a rounding:
 *
 * - operators of constants are constants;
 * - `where` with a condition that cannot change while the optimizer lives is one of its branches;
 * - state that nothing reads any more after that is dropped;
 * - division by a uniform is multiplication by its reciprocal, taken in float64.
 *
 * Nothing is reassociated.
 */
import { GraphBuilder, type Node, reachable, type Store } from "./graph.ts";
import { isHost } from "./kinds.ts";
import { elementOperators } from "./operators.ts";
import { verify } from "./verify.ts";

/** Hyperparameters that keep one value, by qualified name; switches are 1 and 0. */
export type Statics = ReadonlyMap<string, number>;

class Simplifier {
  readonly #graph = new GraphBuilder();
  readonly #statics: Statics;
  readonly #done = new Map<number, Node>();

  constructor(statics: Statics) {
    this.#statics = statics;
  }

  rewrite(node: Node): Node {
    for (const each of reachable([node])) {
      if (!this.#done.has(each.id)) {
        const operands = each.operands.map((operand) => this.#done.get(operand.id)!);
        this.#done.set(each.id, this.#rewriteOne(each, operands));
      }
    }
    return this.#done.get(node.id)!;
  }

  #rewriteOne(node: Node, operands: readonly Node[]): Node {
    this.#graph.origin = node.origin;
    if (node.form !== "element") {
      return this.#graph.copy(node, operands);
    }
    if (operands.every((operand) => operand.form === "constant")) {
      return this.#graph.constant(evaluate(node.operator, operands), node.type);
    }
    if (node.operator === "select") {
      const condition = this.staticValue(operands[0]!);
      if (condition !== undefined) {
        return operands[condition !== 0 ? 1 : 2]!;
      }
    }
    if (node.operator === "divide") {
      const [dividend, divisor] = operands as [Node, Node];
      if (divisor.kind === "uniform" && !isHost(dividend.kind)) {
        const reciprocal = this.#graph.element("divide", this.#graph.constant(1), divisor);
        return this.#graph.element("multiply", dividend, reciprocal);
      }
    }
    return this.#graph.copy(node, operands);
  }

  /** The value of a uniform that hyperparameters alone decide, if none of them is a schedule. */
  staticValue(node: Node): number | undefined {
    if (node.form === "constant") {
      return node.value;
    }
    if (node.form === "hyper") {
      return this.#statics.get(node.name);
    }
    if (node.form !== "element") {
      return undefined;
    }
    const values = node.operands.map((operand) => this.staticValue(operand));
    if (values.some((value) => value === undefined)) {
      return undefined;
    }
    const [a, b, c] = values as number[];
    return elementOperators[node.operator].evaluate(a!, b!, c!);
  }
}

function evaluate(operator: keyof typeof elementOperators, operands: readonly Node[]): number {
  const [a, b, c] = operands.map((operand) => (operand as { value: number }).value);
  return elementOperators[operator].evaluate(a!, b!, c!);
}

/** The states whose old or new value something other than themselves is made of. */
function statesThatFeed(stores: readonly Store[]): Set<string> {
  const feeding = new Set<string>();
  for (const { slot, value } of stores) {
    const nodes = reachable([value]);
    for (const other of stores) {
      const reads = nodes.some(
        (node) => node.id === other.value.id || (node.form === "slot" && node.name === other.slot),
      );
      if (other.slot !== slot && reads) {
        feeding.add(other.slot);
      }
    }
  }
  return feeding;
}

/** Drops state that fed something before the switches were decided and feeds nothing now. */
function dropUnused(before: readonly Store[], after: readonly Store[]): readonly Store[] {
  const fed = statesThatFeed(before);
  let stores = after;
  for (;;) {
    const feeding = statesThatFeed(stores);
    const kept = stores.filter(({ slot }) => slot === "p" || !fed.has(slot) || feeding.has(slot));
    if (kept.length === stores.length) {
      return stores;
    }
    stores = kept;
  }
}

/**
 * How formulas learn what `simplify` decides.
 * @returns from a node to its value, if hyperparameters alone decide it and none of them changes
 */
export function decider(statics: Statics): (node: Node) => number | undefined {
  const simplifier = new Simplifier(statics);
  return (node) => simplifier.staticValue(simplifier.rewrite(node));
}

/** @param statics the hyperparameters that no schedule and no group changes */
export function simplify(stores: readonly Store[], statics: Statics): readonly Store[] {
  const simplifier = new Simplifier(statics);
  const rewritten = stores.map(({ slot, value }) => ({
    slot,
    value: simplifier.rewrite(value),
  }));
  const kept = dropUnused(stores, rewritten);
  verify("simplify", kept);
  return kept;
}
