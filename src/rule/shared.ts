/**
 * Which states are one value for all parameters: those of one number whose new value is made of reductions over
 * all parameters or of the loss, and of nothing that a parameter has for itself. A parameter that is added later takes over
 * the value that the others have; so in these updates `t` is the age of the state, not of the parameter.
 */
import { GraphBuilder, type Node, type NodeOf, reachable, type Store } from "./graph.ts";
import { isHost } from "./kinds.ts";

/** What a value on the host is made of, up to where reductions end. */
function ingredientsOf(value: Node): Node[] {
  const seen = new Set<Node>();
  const pending = [value];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!seen.has(node)) {
      seen.add(node);
      pending.push(...(node.form === "reduction" ? [] : node.operands));
    }
  }
  return [...seen];
}

const ofAll = (node: Node): boolean =>
  (node.form === "reduction" && node.scope === "global") ||
  (node.form === "fact" && node.name === "loss");

/** Whether it may differ between two parameters of one group. */
const ofOne = (node: Node): boolean =>
  (node.form === "reduction" && node.scope === "tensor") ||
  (node.form === "fact" && ["rows", "cols", "size", "count"].includes(node.name));

/** The names of the states that are shared. */
function sharedAmong(stores: readonly Store[]): ReadonlySet<string> {
  const scalars = stores.filter(({ kind = "element" }) => isHost(kind));
  const made = new Map(scalars.map(({ slot, value }) => [slot, ingredientsOf(value)]));
  let candidates = new Set(made.keys());
  let fed: ReadonlySet<string> = new Set();
  const reads = (slot: string, names: ReadonlySet<string>) =>
    made.get(slot)!.some((node) => node.form === "slot" && names.has(node.name));
  for (let before = -1; before !== candidates.size; ) {
    before = candidates.size;
    const own = new Set([...made.keys()].filter((slot) => !candidates.has(slot)));
    candidates = new Set(
      [...candidates].filter((slot) => !made.get(slot)!.some(ofOne) && !reads(slot, own)),
    );
  }
  for (let before = -1; before !== fed.size; ) {
    before = fed.size;
    const known = fed;
    // What a shared state is made of is shared with it.
    const readBy = (slot: string) => [...known].some((each) => reads(each, new Set([slot])));
    fed = new Set(
      [...candidates].filter(
        (slot) => made.get(slot)!.some(ofAll) || reads(slot, known) || readBy(slot),
      ),
    );
  }
  return fed;
}

/** Rebuilds a graph in which shared states are made by their own age. */
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
    for (const node of reachable([value])) {
      this.#add(node);
    }
    return this.#own.get(value)!;
  }

  #add(node: Node): void {
    if (this.#own.has(node)) {
      return;
    }
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

/** Marks the states that all parameters share, and makes them by an age of their own. */
export function withShared(stores: readonly Store[]): readonly Store[] {
  const names = sharedAmong(stores);
  if (names.size === 0) {
    return stores;
  }
  const marked = stores.map((store) =>
    names.has(store.slot) ? { ...store, shared: true } : store,
  );
  const values = marked.filter(({ shared }) => shared).map(({ value }) => value);
  if (!values.flatMap(ingredientsOf).some(isAge)) {
    return marked;
  }
  const rewriting = new Rewriting(new Set(values));
  return marked.map((store) => ({ ...store, value: rewriting.rewrite(store.value) }));
}
