/**
 * Schedules a graph into passes over memory: as few as its reductions allow, each one fused loop.
 *
 * A reduction ends the stage of its operand, and its result is available from the next stage on. Each pass
 * computes what it stores and reduces. It recomputes values from memory where that is cheaper than keeping
 * them. States are stored in the passes where the fewest bytes move.
 */

import { GraphBuilder, type Node, type NodeOf, reachable, type Store } from "../graph/graph.ts";
import { isHost, type Kind } from "../graph/kinds.ts";
import { provideExponentials } from "../graph/operators.ts";
import { guardSite } from "../graph/sites.ts";
import { verify } from "../graph/verify.ts";
import { Work } from "../graph/work.ts";
import { findGradientNorm } from "./gradientNorm.ts";
import { addGuard, type Known } from "./guard.ts";
import {
  type ComputedNode,
  type Load,
  type Loop,
  numbersOf,
  type Pass,
  type Program,
  type Reduction,
  type RoutineCall,
  rescue,
  type Slot,
} from "./program.ts";
import {
  type Available,
  behind,
  isTemporary,
  type PlacedPass,
  place,
  temporaryName,
} from "./rematerialization.ts";
import { conditionOf, isComputedIn, stagesOf } from "./stages.ts";

export interface ProgramOptions {
  /** Whether all gradients are checked before anything is stored. */
  readonly guard: boolean;
  /** The values of nodes that never change. Default: only constants have one. */
  readonly known?: Known;
}

/** Rebuilds the graph with the guard's reduction added. */
function withGuard(
  stores: readonly Store[],
  known: Known,
): {
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
  const guard = addGuard(graph, [...graph.nodes], guardSite, known);
  const rebuilt = stores.map((store) => ({ ...store, value: copies.get(store.value.id)! }));
  return { stores: rebuilt, guard, all: reachable([...rebuilt.map((s) => s.value), guard]) };
}

type Needs = Pick<Loop, "loads" | "compute" | "values">;

/** What one loop of a kind has to load and compute for its targets; undefined if one cannot be computed there. */
function needs(targets: readonly Node[], kind: Kind, available: Available): Needs | undefined {
  const loads = new Map<number, Load>();
  const values = new Map<number, Node>();
  const compute = new Map<number, ComputedNode>();
  const pending = [...targets];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const slot = available.get(node.id);
    if (isHost(node.kind)) {
      values.set(node.id, node);
    } else if (slot !== undefined) {
      loads.set(node.id, { slot, node });
    } else if (!isComputedIn(node, kind)) {
      return undefined;
    } else if (!compute.has(node.id)) {
      compute.set(node.id, node as ComputedNode);
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

const sizeOf = ({ loads, compute, values }: Needs): number =>
  loads.length + compute.length + values.length;

const isNorm = ({ node }: Reduction): boolean => node.operator === "norm";

/**
 * Loops that compute a pass's norms again, for sums of squares that overflow or vanish. Each reads what is in memory after
 * the pass. If a norm cannot be computed from that, the pass itself computes its norms exactly.
 */
function rescuesOf(placed: PlacedPass, work: Work): Loop[] {
  const { kind, reductions } = placed;
  const available = behind(placed);
  return reductions.filter(isNorm).flatMap((reduction): Loop[] => {
    const needed = needs([reduction.node.operands[0]!], kind, available);
    if (needed === undefined) {
      return [];
    }
    work.add(sizeOf(needed), [reduction.node]);
    const byRows = needed.loads.some(({ node }) => node.kind !== kind);
    return [
      {
        ...{ form: "loop", stage: rescue, exact: true, kind, byRows },
        ...needed,
        ...{ stores: [], reductions: [{ ...reduction }], lines: [] },
      },
    ];
  });
}

function loopOf(placed: PlacedPass, rescues: readonly Loop[], work: Work): Loop {
  const { stage, kind, stores, kept, lines, reductions, available } = placed;
  const temporaries = kept.map((value) => ({ slot: temporaryName(value), value, kind }));
  const stored = [...stores, ...temporaries];
  const targets = [
    ...stored.map((store) => store.value),
    ...reductions.map(({ node }) => node.operands[0]!),
    ...lines.map((node) => node.operands[0]!),
  ];
  const needed = needs(targets, kind, available)!;
  work.add(sizeOf(needed) + stored.length + reductions.length + lines.length, targets);
  const exact = rescues.length < reductions.filter(isNorm).length;
  return {
    form: "loop",
    stage,
    exact,
    kind,
    byRows: lines.length > 0 || needed.loads.some(({ node }) => node.kind !== kind),
    ...needed,
    stores: stored,
    reductions,
    lines: lines.map((node) => ({ slot: temporaryName(node), node })),
  };
}

function routineCall(
  node: NodeOf<"routine">,
  { stage, available }: PlacedPass,
  condition: RoutineCall["condition"],
): RoutineCall {
  const { length } = node.routine.matrices;
  return {
    form: "routine",
    stage,
    node,
    matrices: node.operands.slice(0, length).map((operand) => available.get(operand.id)!),
    numbers: node.operands.slice(length),
    result: temporaryName(node),
    condition,
  };
}

/** The slots of the passes: stores in order, then slots that are only read, then temporaries. */
function slotsOf(passes: readonly Pass[], stores: readonly Store[]): Slot[] {
  const found = new Map<string, Kind>();
  const add = (slot: string, kind: Kind = "element") => void found.set(slot, kind);
  for (const pass of passes) {
    if (pass.form === "routine") {
      pass.matrices.forEach((slot, index) => void add(slot, pass.node.operands[index]!.kind));
      add(pass.result, pass.node.kind);
    } else {
      for (const { slot, node } of [...pass.loads, ...pass.lines]) {
        add(slot, node.kind);
      }
      for (const { slot, kind } of pass.stores) {
        add(slot, kind);
      }
    }
  }
  const declared = ["p", "g", ...stores.map(({ slot }) => slot)];
  const names = [
    ...declared.filter((name) => name === "p" || name === "g" || found.has(name)),
    ...[...found.keys()].filter((name) => !declared.includes(name) && !isTemporary(name)),
    ...[...found.keys()].filter(isTemporary),
  ];
  return [...new Set(names)].map((name) => ({
    name,
    kind: found.get(name) ?? "element",
    temporary: isTemporary(name),
  }));
}

/** All that the host computes: for loops, routines and its own state, and for the report. */
function hostNodes(
  passes: readonly Pass[],
  others: readonly Node[],
  stages: ReadonlyMap<number, number>,
): Program["host"] {
  const read = passes.flatMap((pass) =>
    pass.form === "loop" ? pass.values.filter((node) => node.form !== "constant") : numbersOf(pass),
  );
  return reachable([...read, ...others])
    .filter((node) => isHost(node.kind))
    .map((node) => ({ node, stage: stages.get(node.id)! }));
}

/** Whether a state keeps its value: it is read, and never written. */
const stays = ({ slot, value }: Store): boolean => value.form === "slot" && value.name === slot;

/** Schedules the stores that `simplify` returns. */
export function schedule(
  simplified: readonly Store[],
  { guard, known = () => undefined }: ProgramOptions,
): Program {
  provideExponentials();
  const guarded = guard ? withGuard(simplified, known) : undefined;
  const stores = guarded?.stores ?? simplified;
  const nodes = guarded?.all ?? reachable(stores.map((store) => store.value));
  verify("schedule", stores);
  const stages = stagesOf(nodes, guarded?.guard);
  const reductions = nodes
    .filter((node): node is NodeOf<"reduction"> => node.form === "reduction")
    .map((node, index) => ({ index, node }));
  const isScalar = ({ kind = "element" }: Store): boolean => isHost(kind);
  const arrays = stores.filter((store) => !isScalar(store));
  const scalars = stores.filter(isScalar);
  const changing = arrays.filter((store) => !stays(store));
  const placed = place(nodes, changing, reductions, stages, guarded === undefined ? 0 : 1);
  const work = new Work();
  const rescues = new Map(placed.map((each) => [each, rescuesOf(each, work)]));
  const passes = [
    ...placed.map((each) =>
      each.routine === undefined
        ? loopOf(each, rescues.get(each)!, work)
        : routineCall(each.routine, each, conditionOf(each.routine, nodes, stores, stages)),
    ),
    ...[...rescues.values()].flat(),
  ];
  const loops = passes.filter((pass) => pass.form === "loop");
  const values = new Set(loops.flatMap((loop) => loop.values));
  const gradientNorm = findGradientNorm(nodes, known);
  const reported = [guarded?.guard, gradientNorm?.reduction, gradientNorm?.largest].filter(
    (node) => node !== undefined,
  );
  return {
    slots: slotsOf(passes, arrays),
    passes,
    values: [...values].filter((node) => node.form !== "constant"),
    host: hostNodes(passes, [...scalars.map((store) => store.value), ...reported], stages),
    reductions,
    scalars,
    guard: guarded?.guard,
    gradientNorm,
  };
}
