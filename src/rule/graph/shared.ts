/**
 * Finds the states that are one value for all parameters: states of one number, computed from reductions over all
 * parameters or from the loss, and from nothing that is specific to a parameter. A parameter that is added later takes over
 * the current value. So in the updates of these states, `t` is the age of the state, not of the parameter.
 */
import { GraphBuilder, type Node, type NodeOf, reachable, type Store } from "./graph.ts";
import { isHost } from "./kinds.ts";

const ofAll = (node: Node): boolean =>
  (node.form === "reduction" && node.scope === "global") ||
  (node.form === "fact" && node.name === "loss");

/** Whether it may differ between two parameters of a group. */
const ofOne = (node: Node): boolean =>
  (node.form === "reduction" && node.scope === "tensor") ||
  (node.form === "fact" && ["rows", "cols", "size", "count"].includes(node.name));

/** The nodes from which the host computes a value. The host does not compute the operand of a reduction. */
const ingredientsOf = (node: Node): readonly Node[] =>
  node.form === "reduction" ? [] : node.operands;

/** Adds nodes to a set, with all that can be reached from them. */
function spread(
  seen: Set<Node>,
  starts: readonly Node[],
  next: (node: Node) => readonly Node[],
): ReadonlySet<Node> {
  const pending = [...starts];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!seen.has(node)) {
      seen.add(node);
      pending.push(...next(node));
    }
  }
  return seen;
}

/** How states of one number depend on each other, in a step and from one step to the next. */
function flowOf(scalars: readonly Store[], nodes: ReadonlySet<Node>) {
  const made = new Map(scalars.map(({ slot, value }) => [slot, value]));
  const users = new Map<Node, Node[]>([...nodes].map((node) => [node, []]));
  const slots = new Map<string, Node>();
  for (const node of nodes) {
    for (const operand of ingredientsOf(node)) {
      users.get(operand)!.push(node);
    }
    if (node.form === "slot") {
      slots.set(node.name, node);
      users.get(made.get(node.name)!)!.push(node);
    }
  }
  return {
    slots,
    /** The nodes that are computed from a node. */
    behind: (node: Node) => users.get(node)!,
    /** The nodes that a node is computed from. */
    before: (node: Node) => (node.form === "slot" ? [made.get(node.name)!] : ingredientsOf(node)),
  };
}

/** The names of the states that are shared. */
function sharedAmong(stores: readonly Store[]): ReadonlySet<string> {
  const scalars = stores.filter(({ kind = "element" }) => isHost(kind));
  const nodes = spread(
    new Set(),
    scalars.map(({ value }) => value),
    ingredientsOf,
  );
  const { slots, behind, before } = flowOf(scalars, nodes);
  const own = spread(new Set(), [...nodes].filter(ofOne), behind);
  const candidates = scalars.filter(({ value }) => !own.has(value));
  const [above, below] = [new Set<Node>(), new Set<Node>()];
  spread(above, [...nodes].filter(ofAll), behind);
  const fed = new Set<string>();
  for (let found = candidates; found.length > 0; ) {
    found = candidates.filter(
      // All states that a shared state is computed from are shared, too.
      ({ slot, value }) => !fed.has(slot) && (above.has(value) || below.has(slots.get(slot)!)),
    );
    for (const { slot, value } of found) {
      fed.add(slot);
      spread(below, [value], before);
      spread(above, slots.has(slot) ? [slots.get(slot)!] : [], behind);
    }
  }
  return fed;
}

/** Rebuilds a graph so that shared states use their own age. */
class Rewriting {
  readonly #graph = new GraphBuilder();
  readonly #shared: ReadonlySet<Node>;
  readonly #own = new Map<Node, Node>();
  readonly #common = new Map<Node, Node>();

  /** @param shared the new values of shared states */
  constructor(shared: ReadonlySet<Node>) {
    this.#shared = shared;
  }

  rewrite(value: Node): Node {
    for (const node of reachable([value], (each) => this.#own.has(each))) {
      this.#add(node);
    }
    return this.#own.get(value)!;
  }

  #add(node: Node): void {
    const operandsIn = (map: ReadonlyMap<Node, Node>) =>
      node.operands.map((operand) => map.get(operand)!);
    const own = this.#graph.copy(node, operandsIn(this.#own));
    let common = own;
    if (isHost(node.kind) && node.form === "element") {
      common = this.#graph.copy(node, operandsIn(this.#common));
    } else if (node.form === "fact" && node.name === "t") {
      common = this.#graph.fact("sharedAge", node.part);
    }
    this.#common.set(node, common);
    this.#own.set(node, this.#shared.has(node) ? common : own);
  }
}

const isAge = (node: Node): node is NodeOf<"fact"> => node.form === "fact" && node.name === "t";

/** Marks the states that all parameters share, and lets their updates use their own age. */
export function withShared(stores: readonly Store[]): readonly Store[] {
  const names = sharedAmong(stores);
  if (names.size === 0) {
    return stores;
  }
  const marked = stores.map((store) =>
    names.has(store.slot) ? { ...store, shared: true } : store,
  );
  const values = marked.filter(({ shared }) => shared).map(({ value }) => value);
  if (![...spread(new Set(), values, ingredientsOf)].some(isAge)) {
    return marked;
  }
  const rewriting = new Rewriting(new Set(values));
  return marked.map((store) => ({ ...store, value: rewriting.rewrite(store.value) }));
}
