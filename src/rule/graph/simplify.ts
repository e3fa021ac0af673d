/**
 * Simplifies graphs. The results stay the same, except that one simplification may change a rounding:
 *
 * - `where` becomes one of its branches if its condition cannot change while the optimizer lives;
 * - a sum with an option that stays 0 becomes its other term; the result differs only if that is -0;
 * - state that nothing reads after that is dropped;
 * - division by a uniform becomes multiplication by its reciprocal, taken in float64; but not under
 *   `floor`, where rounding may lead to another whole number: 49 / 49, 49 * (1 / 49).
 *
 * Nothing is reassociated.
 */
import { GraphBuilder, type Node, type NodeOf, reachable, type Store } from "./graph.ts";
import { isHost } from "./kinds.ts";
import { type ElementOperator, elementOperators } from "./operators.ts";
import { verify } from "./verify.ts";

/** Hyperparameters that never change, by qualified name, and `matrix`; switches are 1 and 0. */
export type Statics = Pick<ReadonlyMap<string, number>, "get">;

class Simplifier {
  readonly #graph = new GraphBuilder();
  readonly #statics: Statics;
  readonly #done = new Map<number, Node>();
  /** By id in the new graph. */
  readonly #staticValues = new Map<number, number | undefined>();

  constructor(statics: Statics) {
    this.#statics = statics;
  }

  rewrite(node: Node): Node {
    for (const each of reachable([node], ({ id }) => this.#done.has(id))) {
      const operands = each.operands.map((operand) => this.#done.get(operand.id)!);
      this.#done.set(each.id, this.#rewriteOne(each, operands));
    }
    return this.#done.get(node.id)!;
  }

  #rewriteOne(node: Node, operands: readonly Node[]): Node {
    this.#graph.origin = node.origin;
    if (node.form !== "element") {
      return this.#graph.copy(node, operands);
    }
    if (node.operator === "select") {
      const condition = this.staticValue(operands[0]!);
      if (condition !== undefined) {
        return operands[condition !== 0 ? 1 : 2]!;
      }
    }
    if (node.operator === "add") {
      const zero = operands.findIndex(
        (operand) => operand.form === "hyper" && this.staticValue(operand) === 0,
      );
      if (zero >= 0) {
        return operands[1 - zero]!;
      }
    }
    if (node.operator === "divide") {
      const [dividend, divisor] = operands as [Node, Node];
      if (divisor.kind === "uniform" && !isHost(dividend.kind)) {
        const reciprocal = this.#graph.element("divide", this.#graph.constant(1), divisor);
        return this.#graph.element("multiply", dividend, reciprocal);
      }
    }
    const [operand] = node.operands;
    if (node.operator === "floor" && isElement(operand!, "divide")) {
      const undivided = operand.operands.map(({ id }) => this.#done.get(id)!);
      return this.#graph.element("floor", this.#graph.element("divide", ...undivided));
    }
    return this.#graph.copy(node, operands);
  }

  /** The value of a uniform that depends on hyperparameters alone, if none of them is a schedule. */
  staticValue(node: Node): number | undefined {
    const isKnown = ({ id }: Node) => this.#staticValues.has(id);
    for (const each of node.kind === "uniform" ? reachable([node], isKnown) : []) {
      this.#staticValues.set(each.id, this.#evaluate(each));
    }
    return this.#staticValues.get(node.id);
  }

  #evaluate(node: Node): number | undefined {
    if (node.form === "constant") {
      return node.value;
    }
    if (node.form === "hyper" || node.form === "fact") {
      return this.#statics.get(node.name);
    }
    const operands = node.operands.map(({ id }) => this.#staticValues.get(id));
    if (node.form !== "element" || operands.includes(undefined)) {
      return undefined;
    }
    const [a, b, c] = operands as number[];
    return elementOperators[node.operator].evaluate(a!, b!, c!);
  }
}

function isElement(node: Node, operator: ElementOperator): node is NodeOf<"element"> {
  return node.form === "element" && node.operator === operator;
}

const several = Symbol("several stores");

/** For each node, the slot that is computed from it, or `several`. */
function readersOf(stores: readonly Store[]): Map<Node, string | typeof several> {
  const readers = new Map<Node, string | typeof several>();
  const add = (node: Node, reader: string | typeof several) => {
    const known = readers.get(node) ?? reader;
    readers.set(node, known === reader ? reader : several);
  };
  for (const { slot, value } of stores) {
    add(value, slot);
  }
  for (const node of reachable(stores.map(({ value }) => value)).reverse()) {
    for (const operand of node.operands) {
      add(operand, readers.get(node)!);
    }
  }
  return readers;
}

/** The states whose old or new value is used for something other than themselves. */
function statesThatFeed(stores: readonly Store[]): Set<string> {
  const readers = readersOf(stores);
  const feeding = new Set<string>();
  const slots = new Set(stores.map(({ slot }) => slot));
  for (const [node, reader] of readers) {
    if (node.form === "slot" && slots.has(node.name) && reader !== node.name) {
      feeding.add(node.name);
    }
  }
  for (const { slot, value } of stores) {
    if (readers.get(value) !== slot) {
      feeding.add(slot);
    }
  }
  return feeding;
}

/** Drops state that was used before conditions were decided, and is not used any more. */
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
 * Lets formulas ask what `simplify` decides.
 * @returns a function from a node to its value, if it depends on hyperparameters alone and none of them changes
 */
export function decider(statics: Statics): (node: Node) => number | undefined {
  const simplifier = new Simplifier(statics);
  return (node) => simplifier.staticValue(simplifier.rewrite(node));
}

/** @param statics the hyperparameters that no schedule and no group changes */
export function simplify(stores: readonly Store[], statics: Statics): readonly Store[] {
  const simplifier = new Simplifier(statics);
  const rewritten = stores.map((store) => ({ ...store, value: simplifier.rewrite(store.value) }));
  const kept = dropUnused(stores, rewritten);
  verify("simplify", kept);
  return kept;
}
