/** Changes programs so that slots are rounded otherwise than to nearest, or are stored in two slots. */
import type { Node, NodeOf, Store } from "./graph/graph.ts";
import { hash } from "./graph/hash.ts";
import { type ElementOperator, elementOperators } from "./graph/operators.ts";
import { type Loop, loopsOf, type Pass, type Program } from "./planning/program.ts";

const base = { operands: [], origin: undefined, type: "number" } as const;

/** Makes nodes that are not yet in a program. */
export class Nodes {
  #next: number;

  constructor(program: Program) {
    const ids = loopsOf(program).flatMap(({ loop }) =>
      [
        ...loop.compute,
        ...loop.values,
        ...loop.loads.map(({ node }) => node),
        ...loop.stores.map(({ value }) => value),
      ].map(({ id }) => id),
    );
    this.#next = Math.max(-1, ...ids) + 1;
  }

  slot(name: string): Node {
    return { ...base, id: this.#next++, form: "slot", kind: "element", name };
  }

  constant(value: number): Node {
    return { ...base, id: this.#next++, form: "constant", kind: "uniform", value };
  }

  fraction(site: number): NodeOf<"random"> {
    const id = this.#next++;
    return { ...base, id, form: "random", kind: "element", distribution: "fraction", site };
  }

  element(operator: ElementOperator, ...operands: readonly Node[]): NodeOf<"element"> {
    const type = elementOperators[operator].result;
    const id = this.#next++;
    return { id, form: "element", operator, kind: "element", type, operands, origin: undefined };
  }
}

/** A program with changed loops. Precompiled modules would not fit them, so it has none. */
const withLoops = (program: Program, change: (loop: Loop) => Loop): Program => ({
  ...program,
  assembled: undefined,
  passes: program.passes.map((pass): Pass => (pass.form === "loop" ? change(pass) : pass)),
});

/** Stores a slot with stochastic rounding: a random number decides between the two nearest numbers of its type. */
export function withDraws(program: Program, slot: string): Program {
  const draw = new Nodes(program).fraction(hash(`${slot}, rounded`));
  return withLoops(program, (loop) =>
    loop.stores.some((store) => store.slot === slot)
      ? {
          ...loop,
          compute: [...loop.compute, draw],
          stores: loop.stores.map((store) => (store.slot === slot ? { ...store, draw } : store)),
        }
      : loop,
  );
}

/** How a parameter that is kept in two slots is computed: operators, the last of which gives the result, and constants. */
export interface Joined {
  readonly compute: readonly NodeOf<"element">[];
  readonly constants: readonly Node[];
}

/**
 * Keeps a slot's value in two slots: each store goes to both, and each load is computed from both.
 * @param beside the name of the second slot
 */
export function withBeside(
  program: Program,
  slot: string,
  beside: string,
  join: (nodes: Nodes, kept: Node, besideIt: Node) => Joined,
): Program {
  const nodes = new Nodes(program);
  const change = (loop: Loop): Loop => {
    const load = loop.loads.find((each) => each.slot === slot);
    const twice = (store: Store): Store[] =>
      store.slot === slot ? [store, { ...store, slot: beside }] : [store];
    const changed = { ...loop, stores: loop.stores.flatMap(twice) };
    if (load === undefined) {
      return changed;
    }
    const [kept, other] = [nodes.slot(slot), nodes.slot(beside)];
    const { compute, constants } = join(nodes, kept, other);
    // It takes the id of the loaded node, so that all nodes that read it still find it.
    const joined = { ...compute.at(-1)!, id: load.node.id };
    const loads = loop.loads.filter((each) => each !== load);
    return {
      ...changed,
      loads: [...loads, { slot, node: kept }, { slot: beside, node: other }],
      compute: [...compute.slice(0, -1), joined, ...loop.compute],
      values: [...loop.values, ...constants],
    };
  };
  const states = program.slots.filter(({ temporary }) => !temporary);
  const others = program.slots.filter(({ temporary }) => temporary);
  const added = { name: beside, kind: "element", temporary: false } as const;
  return { ...withLoops(program, change), slots: [...states, added, ...others] };
}
