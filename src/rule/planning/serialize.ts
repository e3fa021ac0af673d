/** Converts programs to plain data, so that a build can ship them in place of rule texts. */
import type { Node } from "../graph/graph.ts";
import { guardSite } from "../graph/sites.ts";
import { isLibrary } from "../language/library.ts";
import { type Loop, loopsOf, type Program, rescue } from "./program.ts";

/**
 * A node as data: a constant is its value; an operator is its name and the positions of its operands; other
 * nodes begin with their form's letter.
 */
export type NodeData =
  | readonly ["c", value: number]
  | readonly ["h" | "f" | "s", name: string]
  | readonly ["r", operator: string, scope: string, operand: number]
  | readonly [operator: string, ...operands: number[]];

/** A program as data. Nodes are given by their position in a list, which several programs may share. */
export interface ProgramData {
  readonly slots: readonly string[];
  readonly passes: readonly {
    /** The stage, if norms are exact. */
    readonly exact?: number;
    readonly loads: readonly (readonly [slot: string, node: number])[];
    readonly compute: readonly number[];
    readonly stores: readonly (readonly [slot: string, node: number])[];
    readonly reductions: readonly number[];
    readonly values: readonly number[];
  }[];
  readonly values: readonly number[];
  readonly host: readonly (readonly [node: number, stage: number])[];
  readonly reductions: readonly number[];
  readonly guard: number | null;
}

function nodesOf(passes: readonly Loop[], { host, reductions }: Program): Node[] {
  const roots = [
    ...passes.flatMap((pass) => [...pass.stores.map((store) => store.value), ...pass.compute]),
    ...host.map(({ node }) => node),
    ...reductions.map(({ node }) => node),
  ];
  const nodes = new Map<number, Node>();
  const pending = [...roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!nodes.has(node.id)) {
      nodes.set(node.id, node);
      pending.push(...node.operands);
    }
  }
  return [...nodes.values()].sort((a, b) => a.id - b.id);
}

function nodeData(node: Node, position: (node: Node) => number): NodeData | undefined {
  const operands = node.operands.map(position);
  switch (node.form) {
    case "constant":
      return node.type === "number" && Number.isFinite(node.value) && !Object.is(node.value, -0)
        ? ["c", node.value]
        : undefined;
    case "hyper":
      return node.type === "number" ? ["h", node.name] : undefined;
    case "fact":
      return ["f", node.name];
    case "slot":
      return node.kind === "element" ? ["s", node.name] : undefined;
    case "reduction":
      return node.scope === "tensor" || node.site === guardSite
        ? ["r", node.operator, node.scope, operands[0]!]
        : undefined;
    case "element":
      return [node.operator, ...operands];
    case "random":
    case "line":
    case "routine":
      return undefined;
  }
}

/** Whether this format can hold the program. */
function isPlain(program: Program): boolean {
  // If all loops run over elements alone, each stage has one loop.
  const loops = loopsOf(program).map(({ loop }) => loop);
  const callsLibrary = loops.some(({ compute }) =>
    compute.some((node) => node.form === "element" && isLibrary(node.operator)),
  );
  return (
    loops.length === program.passes.length &&
    loops.every(
      ({ kind, byRows, stage }, index) =>
        kind === "element" && !byRows && (stage === index || stage === rescue),
    ) &&
    !callsLibrary &&
    program.slots.every(({ kind, temporary }) => kind === "element" && !temporary) &&
    program.scalars.length === 0 &&
    program.gradientNorm === undefined
  );
}

/** Converts programs to JSON data. Programs share equal nodes. */
export class Serializer {
  /** Operands come before the nodes that use them. */
  readonly nodes: NodeData[] = [];
  readonly #positions = new Map<string, number>();

  /** @returns undefined if this format cannot hold the program */
  add(program: Program): ProgramData | undefined {
    const loops = loopsOf(program).map(({ loop }) => loop);
    const found = isPlain(program) ? this.#place(nodesOf(loops, program)) : undefined;
    if (found === undefined) {
      return undefined;
    }
    const position = (node: Node) => found.get(node)!;
    return {
      slots: program.slots.map(({ name }) => name),
      passes: loops.map(({ stage, exact = false, loads, compute, stores, reductions, values }) => ({
        ...(exact && { exact: stage }),
        loads: loads.map(({ slot, node }) => [slot, position(node)]),
        compute: compute.map(position),
        stores: stores.map(({ slot, value }) => [slot, position(value)]),
        reductions: reductions.map(({ index }) => index),
        values: values.map(position),
      })),
      values: program.values.map(position),
      host: program.host.map(({ node, stage }) => [position(node), stage]),
      reductions: program.reductions.map(({ node }) => position(node)),
      guard: program.guard === undefined ? null : position(program.guard),
    };
  }

  /** The positions of these nodes in the list; undefined if this format cannot hold one of them. */
  #place(nodes: readonly Node[]): ReadonlyMap<Node, number> | undefined {
    const places = new Map<Node, number>();
    for (const node of nodes) {
      const data = nodeData(node, (operand) => places.get(operand)!);
      if (data === undefined) {
        return undefined;
      }
      const key = JSON.stringify(data);
      const place = this.#positions.get(key) ?? this.nodes.push(data) - 1;
      this.#positions.set(key, place);
      places.set(node, place);
    }
    return places;
  }
}
