/** Chooses in which pass each value is stored, so that the passes together move the fewest bytes. */
import type { Node, Store } from "./graph.ts";
import { reachable } from "./graph.ts";
import { isHost } from "./kinds.ts";
import type { Reduction } from "./program.ts";

export interface Placement {
  /** The pass that each store belongs to. */
  readonly passes: readonly number[];
  /** For each pass, the nodes that memory holds when it begins, and in which slot. */
  readonly availability: readonly ReadonlyMap<number, string>[];
}

/** Beyond this many combinations everything is stored in the last pass. */
const maximumCombinations = 4096;

type Slots = ReadonlyMap<number, string>;

/** What memory holds before each pass, under one choice of passes for the stores. */
function availabilityOf(
  stores: readonly Store[],
  leaves: readonly (readonly [number, string])[],
  passes: readonly number[],
  count: number,
): Slots[] {
  return Array.from({ length: count }, (_, pass) => {
    const overwritten = stores.filter((_, index) => passes[index]! < pass);
    const gone = new Set(overwritten.map((store) => store.slot));
    return new Map([
      ...leaves.filter(([, slot]) => !gone.has(slot)),
      ...overwritten.map(({ slot, value }) => [value.id, slot] as const),
    ]);
  });
}

/** How many arrays a pass reads for its targets; Infinity if one of them is overwritten by then. */
function arraysRead(targets: readonly Node[], available: Slots): number {
  const slots = new Set<string>();
  const seen = new Set<number>();
  const pending = [...targets];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isHost(node.kind) || seen.has(node.id)) {
      continue;
    }
    seen.add(node.id);
    const slot = available.get(node.id);
    if (slot !== undefined) {
      slots.add(slot);
    } else if (node.form === "slot") {
      return Number.POSITIVE_INFINITY;
    } else {
      pending.push(...node.operands);
    }
  }
  return slots.size;
}

/** All choices of a pass from `first[i]` to `last` for each store, the latest ones first. */
function* combinations(first: readonly number[], last: number): Generator<number[]> {
  const passes = first.map(() => last);
  for (;;) {
    yield passes;
    let index = passes.findIndex((pass, i) => pass > first[i]!);
    if (index < 0) {
      return;
    }
    passes[index]! -= 1;
    for (index -= 1; index >= 0; index--) {
      passes[index] = last;
    }
  }
}

/**
 * @param earliest no store may belong to a pass before this one
 */
export function place(
  stores: readonly Store[],
  reductions: readonly Reduction[],
  stages: ReadonlyMap<number, number>,
  earliest: number,
): Placement {
  const first = stores.map(({ value }) => Math.max(earliest, stages.get(value.id)!));
  const reducedIn = reductions.map(({ node }) => stages.get(node.id)! - 1);
  const count = Math.max(0, ...first, ...reducedIn) + 1;
  const leaves = reachable([
    ...stores.map((store) => store.value),
    ...reductions.map(({ node }) => node),
  ]).flatMap((node) => (node.form === "slot" ? [[node.id, node.name] as const] : []));
  const choices = first.reduce((product, from) => product * (count - from), 1);
  let best: Placement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const passes of combinations(first, count - 1)) {
    const availability = availabilityOf(stores, leaves, passes, count);
    const cost = availability.reduce((sum, available, pass) => {
      const targets = [
        ...stores.filter((_, index) => passes[index] === pass).map((store) => store.value),
        ...reductions.filter((_, i) => reducedIn[i] === pass).map(({ node }) => node.operands[0]!),
      ];
      return sum + arraysRead(targets, available);
    }, 0);
    if (cost < least) {
      least = cost;
      best = { passes: [...passes], availability };
    }
    if (choices > maximumCombinations) {
      break;
    }
  }
  return best!;
}
