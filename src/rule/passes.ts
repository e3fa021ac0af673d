/**
 * Schedules a graph into passes over memory: as few as its reductions allow, each one fused loop.
 *
 * A value is available from a stage on: a reduction ends the stage that its operand belongs to.
 * Each pass computes what it stores and what it reduces, again from what memory holds where that
 * is cheaper than keeping it; when a state is stored is chosen so that the fewest bytes move.
 */
import { RuleError } from "./errors.ts";
import { GraphBuilder, type Node, type NodeOf, reachable, type Store } from "./graph.ts";
import { isHost } from "./kinds.ts";
import { isLibrary, libraryFunction } from "./library.ts";
import { type Placement, place } from "./placement.ts";
import type { LibraryFunction, Pass, Program, Reduction } from "./program.ts";
import { verify } from "./verify.ts";

export interface ProgramOptions {
  /** Check all gradients before anything is stored. */
  readonly guard: boolean;
}

/** The pass from which on each node's value can be had. */
export function stagesOf(nodes: readonly Node[]): Map<number, number> {
  const stages = new Map<number, number>();
  for (const node of nodes) {
    const operands = node.operands.map((operand) => stages.get(operand.id)!);
    const latest = Math.max(0, ...operands);
    stages.set(node.id, node.form === "reduction" ? latest + 1 : latest);
  }
  return stages;
}

function refuse({ origin }: Node, problem: string): never {
  const { rule, text, span } = origin!;
  throw new RuleError(
    rule,
    `${problem}, which is checked, but no compiler runs it yet`,
    text,
    span,
  );
}

function refuseMatrices(nodes: readonly Node[], stores: readonly Store[]): void {
  for (const node of nodes) {
    if (node.form === "slot" && node.kind !== "element" && !isHost(node.kind)) {
      refuse(node, `the state \`${node.name}\` is of kind ${node.kind}`);
    }
    if (node.form === "matrix" || node.kind === "row" || node.kind === "column") {
      refuse(
        node,
        `this is ${node.kind === "element" ? "a routine of matrices" : `a ${node.kind}`}`,
      );
    }
  }
  for (const { slot, value, kind = "element" } of stores) {
    if (kind !== "element" && !isHost(kind)) {
      refuse(value, `the state \`${slot}\` is of kind ${kind}`);
    }
  }
}

/** Rebuilds the graph with the guard's reduction in it. */
function withGuard(stores: readonly Store[]): {
  stores: readonly Store[];
  guard: Node;
  all: Node[];
} {
  const graph = new GraphBuilder();
  const copies = new Map<number, Node>();
  for (const node of reachable(stores.map((store) => store.value))) {
    const operands = node.operands.map((operand) => copies.get(operand.id)!);
    copies.set(node.id, graph.copy(node, operands));
  }
  graph.origin = undefined;
  const zeroed = graph.element("multiply", graph.slot("g", "element"), graph.constant(0));
  const guard = graph.reduction("sum", "global", zeroed);
  const rebuilt = stores.map((store) => ({ ...store, value: copies.get(store.value.id)! }));
  return { stores: rebuilt, guard, all: reachable([...rebuilt.map((s) => s.value), guard]) };
}

/** The node of `globalNorm(g)` over the raw gradients, if the graph has one. */
function findGradientNorm(nodes: readonly Node[]): Node | undefined {
  return nodes.find((node) => {
    const [sum] = node.operands;
    const [square] = sum?.operands ?? [];
    return (
      node.form === "element" &&
      node.operator === "sqrt" &&
      sum?.form === "reduction" &&
      sum.operator === "sum" &&
      sum.scope === "global" &&
      square?.form === "element" &&
      square.operator === "multiply" &&
      square.operands.every((operand) => operand.form === "slot" && operand.name === "g")
    );
  });
}

/** What one pass has to load and compute for its targets. */
function needs(
  targets: readonly Node[],
  available: ReadonlyMap<number, string>,
): Omit<Pass, "stores" | "reductions"> {
  const loads = new Map<number, { slot: string; node: Node }>();
  const values = new Map<number, Node>();
  const compute = new Map<number, NodeOf<"element">>();
  const pending = [...targets];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const slot = available.get(node.id);
    if (isHost(node.kind)) {
      values.set(node.id, node);
    } else if (slot !== undefined) {
      loads.set(node.id, { slot, node });
    } else if (!compute.has(node.id)) {
      compute.set(node.id, node as NodeOf<"element">);
      pending.push(...node.operands);
    }
  }
  const order = <N extends { id: number }>(nodes: Iterable<N>): N[] =>
    [...nodes].sort((a, b) => a.id - b.id);
  return {
    loads: [...loads.values()].sort((a, b) => a.node.id - b.node.id),
    compute: order(compute.values()),
    values: order(values.values()),
  };
}

function buildPasses(
  stores: readonly Store[],
  reductions: readonly Reduction[],
  placement: Placement,
  stages: ReadonlyMap<number, number>,
): Pass[] {
  return placement.availability.map((available, index) => {
    const stored = stores.filter((_, store) => placement.passes[store] === index);
    const reduced = reductions.filter(({ node }) => stages.get(node.id)! - 1 === index);
    const targets = [
      ...stored.map((store) => store.value),
      ...reduced.map(({ node }) => node.operands[0]!),
    ];
    return { ...needs(targets, available), stores: stored, reductions: reduced };
  });
}

/**
 * Schedules what `simplify` has left.
 * @throws {RuleError} where a rule needs rows, columns or matrices, which do not run yet
 */
export function schedule(simplified: readonly Store[], { guard }: ProgramOptions): Program {
  const guarded = guard ? withGuard(simplified) : undefined;
  const stores = guarded?.stores ?? simplified;
  const nodes = guarded?.all ?? reachable(stores.map((store) => store.value));
  verify("schedule", stores);
  refuseMatrices(nodes, stores);
  const stages = stagesOf(nodes);
  const reductions = nodes
    .filter((node): node is NodeOf<"reduction"> => node.form === "reduction")
    .map((node, index) => ({ index, node }));
  const isScalar = ({ kind = "element" }: Store): boolean => isHost(kind);
  const arrays = stores.filter((store) => !isScalar(store));
  const scalars = stores.filter(isScalar);
  const placement = place(arrays, reductions, stages, guarded === undefined ? 0 : 1);
  const passes = buildPasses(arrays, reductions, placement, stages);
  const used = new Set(
    passes.flatMap((pass) => [...pass.loads, ...pass.stores].map((x) => x.slot)),
  );
  const values = new Map(
    passes
      .flatMap((pass) => pass.values)
      .filter((node) => node.form !== "constant")
      .map((node) => [node.id, node]),
  );
  const gradientNorm = findGradientNorm(nodes);
  const wanted = [
    ...values.values(),
    ...scalars.map((store) => store.value),
    ...(gradientNorm ? [gradientNorm] : []),
  ];
  return {
    slots: ["p", "g", ...arrays.map((store) => store.slot).filter((slot) => slot !== "p")].filter(
      (slot) => slot === "p" || slot === "g" || used.has(slot),
    ),
    passes,
    values: [...values.values()],
    host: reachable([...wanted, ...(guarded ? [guarded.guard] : [])])
      .filter((node) => isHost(node.kind))
      .map((node) => ({ node, stage: stages.get(node.id)! })),
    reductions,
    scalars,
    guard: guarded?.guard,
    gradientNorm,
    library: functionsOf(passes.flatMap((pass) => pass.compute)),
  };
}

/** The library functions that these nodes call, and those that they call. */
function functionsOf(nodes: readonly Node[]): LibraryFunction[] {
  const found = new Set<LibraryFunction>();
  const pending = [...nodes];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const called =
      node.form === "element" && isLibrary(node.operator)
        ? libraryFunction(node.operator)
        : undefined;
    if (called !== undefined && !found.has(called)) {
      found.add(called);
      pending.push(...called.nodes);
    }
  }
  return [...found];
}
