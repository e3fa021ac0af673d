/** Programs whose slots are rounded otherwise than to the nearest when they are stored. */
import type { Node, NodeOf, Store } from "./graph/graph.ts";
import { hash } from "./graph/hash.ts";
import { type ElementOperator, elementOperators } from "./graph/operators.ts";
import { type Loop, loopsOf, type Pass, type Program } from "./planning/program.ts";

const base = { operands: [], origin: undefined, type: "number" } as const;

/** Makes nodes that a program does not have. */
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

/** A program whose loops are changed. It has no modules from when the package was built. */
const withLoops = (program: Program, change: (loop: Loop) => Loop): Program => ({
  ...program,
  assembled: undefined,
  passes: program.passes.map((pass): Pass => (pass.form === "loop" ? change(pass) : pass)),
});

/** Of what is stored in a slot it is drawn which of the two numbers is kept that it is between. */
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

/** What a parameter is made of that is kept in two slots: its operators, the last of which gives it, and constants. */
export interface Joined {
  readonly compute: readonly NodeOf<"element">[];
  readonly constants: readonly Node[];
}

/**
 * A slot is kept in two: what is stored in it is stored beside as well, and what is loaded is made of both.
 * @param beside the other slot
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
    // In the place of what was loaded: all that reads it goes by its number.
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
