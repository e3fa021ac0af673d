/**
 * Chooses in which pass each value is stored, so that the passes together move the fewest bytes.
 *
 * Passes are at positions: in each stage first the loops over rows and columns, then those over
 * matrices, then the routines, then loops over rows and columns that only store. What is not a store
 * has one position; a store may be at any from the stage on where its value can be had.
 */
import type { Node, NodeOf, Store } from "./graph.ts";
import { reachable } from "./graph.ts";
import { isHost, isMatrix, type Kind } from "./kinds.ts";
import type { Reduction } from "./program.ts";
import { isComputedIn, keptNodes } from "./stages.ts";

/** Where a pass may be, and what it has to do there in any case. */
export interface Position {
  readonly stage: number;
  /** Of a loop. */
  readonly kind: Kind;
  /** Whether it comes after the loops over matrices; only vectors have such loops. */
  readonly late: boolean;
  readonly routine: NodeOf<"routine"> | undefined;
  readonly kept: readonly Node[];
  readonly lines: readonly NodeOf<"line">[];
  readonly reductions: readonly Reduction[];
}

/** What a pass at a position has to do under the best choice. */
export interface PlacedPass extends Position {
  readonly stores: readonly Store[];
  /** The nodes that memory holds when it begins, and in which slot. */
  readonly available: ReadonlyMap<number, string>;
}

/** Beyond this many combinations one store after the other takes its best position. */
const maximumCombinations = 4096;

/** What reading or writing an array of a kind counts: vectors next to nothing. */
const weight = (kind: Kind): number => (isMatrix(kind) ? 1 : 1 / 1024);

/** The slot that keeps a node from one pass to the next. */
export const temporaryName = (node: Node): string => `%${node.id}`;
export const isTemporary = (slot: string): boolean => slot.startsWith("%");

const order: readonly Kind[] = ["row", "column", "left", "right", "transposed", "element"];

/** All positions that a program of these stages may have, in order. */
function positionsOf(
  nodes: readonly Node[],
  stores: readonly Store[],
  reductions: readonly Reduction[],
  stages: ReadonlyMap<number, number>,
  earliest: number,
): Position[] {
  const stageOf = (node: Node): number => stages.get(node.id)!;
  const kept = keptNodes(nodes, stores);
  const lines = kept.filter((node): node is NodeOf<"line"> => node.form === "line");
  const routines = kept.filter((node): node is NodeOf<"routine"> => node.form === "routine");
  const values = kept.filter(({ form }) => form === "element" || form === "random");
  const last = Math.max(
    earliest,
    ...stores.map(({ value }) => stageOf(value)),
    ...[...lines, ...routines, ...reductions.map(({ node }) => node)].map((n) => stageOf(n) - 1),
  );
  const nothing = { routine: undefined, kept: [], lines: [], reductions: [] };
  const all = Array.from({ length: last + 1 }, (_, stage) => [
    ...order.map((kind) => ({
      ...nothing,
      stage,
      kind,
      late: false,
      kept: values.filter((node) => stageOf(node) === stage && node.kind === kind),
      lines: lines.filter((n) => stageOf(n) - 1 === stage && n.over === kind),
      reductions: reductions.filter(
        ({ node }) => stageOf(node) - 1 === stage && node.over === kind,
      ),
    })),
    ...routines
      .filter((routine) => stageOf(routine) - 1 === stage)
      .map((routine) => ({ ...nothing, stage, kind: routine.kind, late: false, routine })),
    ...(["row", "column"] as const).map((kind) => ({ ...nothing, stage, kind, late: true })),
  ]).flat();
  const storable = new Set(stores.map(({ kind = "element" }) => kind));
  return all.filter((position) => storable.has(position.kind) || hasWork(position));
}

/** Whether there is something to do even if nothing is stored there. */
const hasWork = ({ routine, kept, lines, reductions }: Position): boolean =>
  routine !== undefined || kept.length + lines.length + reductions.length > 0;

/** What a pass has to compute or to read. */
function targetsOf({ routine, stores, kept, lines, reductions }: PlacedPass): Node[] {
  return [
    ...(routine?.operands ?? []),
    ...stores.map((store) => store.value),
    ...kept,
    ...lines.map((node) => node.operands[0]!),
    ...reductions.map(({ node }) => node.operands[0]!),
  ];
}

/** What a pass moves but for its stores; Infinity if something is neither in memory nor computed here. */
function costOf(pass: PlacedPass): number {
  const { kind, routine, kept, available } = pass;
  let cost = kept.reduce((sum, node) => sum + weight(node.kind), 0);
  const slots = new Set<string>();
  const seen = new Set<number>();
  const pending = targetsOf(pass);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isHost(node.kind) || seen.has(node.id)) {
      continue;
    }
    seen.add(node.id);
    const slot = available.get(node.id);
    if (slot !== undefined) {
      cost += slots.has(slot) ? 0 : weight(node.kind);
      slots.add(slot);
    } else if (routine !== undefined || !isComputedIn(node, kind)) {
      return Number.POSITIVE_INFINITY;
    } else {
      pending.push(...node.operands);
    }
  }
  return cost;
}

/** Choices of positions for the stores; it is told of each whether it is the best so far. */
type Choices = Generator<number[], void, boolean>;

/** From everything as late as can be, each store in turn to where it is best. */
function* descent(allowed: readonly (readonly number[])[]): Choices {
  const best = allowed.map((positions) => positions.at(-1)!);
  yield best;
  for (const [store, positions] of allowed.entries()) {
    for (const position of positions) {
      const tried = best.with(store, position);
      if (yield tried) {
        best[store] = position;
      }
    }
  }
}

/** All choices of one of each store's positions, the last ones first. */
function* combinations(allowed: readonly (readonly number[])[]): Choices {
  const choice = allowed.map(({ length }) => length - 1);
  for (;;) {
    yield choice.map((index, store) => allowed[store]![index]!);
    let store = choice.findIndex((index) => index > 0);
    if (store < 0) {
      return;
    }
    choice[store]! -= 1;
    for (store -= 1; store >= 0; store--) {
      choice[store] = allowed[store]!.length - 1;
    }
  }
}

/**
 * The passes under one choice of positions for the stores, one after the other. What is available is
 * one map that changes behind each pass: of most choices the first few passes cost too much already.
 */
function* arrange(
  positions: readonly Position[],
  stores: readonly Store[],
  chosen: readonly number[],
  leaves: readonly (readonly [number, string])[],
): Generator<PlacedPass, void> {
  const available = new Map(leaves);
  for (const [index, position] of positions.entries()) {
    const { routine, lines } = position;
    const stored = chosen.includes(index)
      ? stores.filter((_, store) => chosen[store] === index)
      : [];
    // What a state keeps by then needs no place of its own.
    const kept = position.kept.filter(
      (node) =>
        !available.has(node.id) &&
        !stored.some(({ value, kind = "element" }) => value === node && kind === node.kind),
    );
    const pass = { ...position, kept, stores: stored, available };
    if (stored.length === 0 && !hasWork(pass)) {
      continue;
    }
    yield pass;
    for (const { slot } of stored) {
      for (const [id, held] of available) {
        if (held === slot) {
          available.delete(id);
        }
      }
    }
    for (const node of [...kept, ...lines, ...(routine ? [routine] : [])]) {
      available.set(node.id, temporaryName(node));
    }
    for (const { slot, value, kind = "element" } of stored) {
      if (value.kind === kind) {
        available.set(value.id, slot);
      }
    }
  }
}

/** What passes cost together; Infinity once that is no longer below a limit. */
function costBelow(limit: number, passes: Iterable<PlacedPass>): number {
  let cost = 0;
  for (const pass of passes) {
    cost += costOf(pass);
    if (cost >= limit) {
      return Number.POSITIVE_INFINITY;
    }
  }
  return cost;
}

/**
 * @param nodes all that the stores and reductions need, operands first
 * @param earliest no store may belong to a stage before this one
 */
export function place(
  nodes: readonly Node[],
  stores: readonly Store[],
  reductions: readonly Reduction[],
  stages: ReadonlyMap<number, number>,
  earliest: number,
): PlacedPass[] {
  const positions = positionsOf(nodes, stores, reductions, stages, earliest);
  const leaves = reachable([
    ...stores.map((store) => store.value),
    ...reductions.map(({ node }) => node),
  ]).flatMap((node) => (node.form === "slot" ? [[node.id, node.name] as const] : []));
  const allowed = stores.map(({ value, kind = "element" }) => {
    const from = Math.max(earliest, stages.get(value.id)!);
    return positions.flatMap((position, index) =>
      position.kind === kind && position.stage >= from && position.routine === undefined
        ? [index]
        : [],
    );
  });
  const count = allowed.reduce((product, { length }) => product * length, 1);
  const choices = count > maximumCombinations ? descent(allowed) : combinations(allowed);
  let best: readonly number[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let next = choices.next(false); next.done !== true; ) {
    const cost = costBelow(least, arrange(positions, stores, next.value, leaves));
    const better = cost < least;
    if (better) {
      least = cost;
      best = next.value;
    }
    next = choices.next(better);
  }
  if (best === undefined) {
    throw new Error("internal error: no order of passes has in memory what each pass reads");
  }
  // Each pass with what is available then.
  return Array.from(arrange(positions, stores, best, leaves), (pass) => ({
    ...pass,
    available: new Map(pass.available),
  }));
}
