/**
 * Chooses the pass in which each value is stored, so that all passes together move the fewest bytes.
 *
 * Only stores can be moved: a store may be in any pass from the stage on in which its value is available. All other
 * work has one position (positions.ts).
 */
import type { Node, Store } from "../graph/graph.ts";
import { reachable } from "../graph/graph.ts";
import { isHost, isMatrix, type Kind } from "../graph/kinds.ts";
import { Work } from "../graph/work.ts";
import { hasWork, type Position, positionsOf } from "./positions.ts";
import type { Reduction } from "./program.ts";
import { isComputedIn } from "./stages.ts";

/** The nodes whose values are in memory, with their slots. */
export type Available = ReadonlyMap<number, string>;

/** What a pass at a position has to do, after stores were placed. */
export interface PlacedPass extends Position {
  readonly stores: readonly Store[];
  /** What is in memory when it begins. */
  readonly available: Available;
}

/** If there are more choices, stores are optimized one after the other. */
const maximumChoices = 4096;
/** After so many values were examined, the best choice so far is taken. */
const maximumLooks = 600_000;

/** The cost of reading or writing an array of a kind: vectors cost almost nothing. */
const weight = (kind: Kind): number => (isMatrix(kind) ? 1 : 1 / 1024);

/** The slot that keeps a node from one pass to the next. */
export const temporaryName = (node: Node): string => `%${node.id}`;
export const isTemporary = (slot: string): boolean => slot.startsWith("%");

/** The values that a pass has to compute or read. */
function targetsOf({ routine, stores, kept, lines, reductions }: PlacedPass): Node[] {
  return [
    ...(routine?.operands ?? []),
    ...stores.map((store) => store.value),
    ...kept,
    ...lines.map((node) => node.operands[0]!),
    ...reductions.map(({ node }) => node.operands[0]!),
  ];
}

/**
 * The cost of all that a pass moves except its stores; Infinity if a value is neither in memory nor computable here.
 * @param looked the values that the pass reads and computes are added to this set
 */
function costOf(pass: PlacedPass, looked: Set<number>): number {
  const { kind, routine, kept, available } = pass;
  let cost = kept.reduce((sum, node) => sum + weight(node.kind), 0);
  const slots = new Set<string>();
  const pending = targetsOf(pass);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isHost(node.kind) || looked.has(node.id)) {
      continue;
    }
    looked.add(node.id);
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

/** Whether the value itself is in memory after the store. */
const isKeptBy = ({ value, kind = "element", rounded }: Store): boolean =>
  value.kind === kind && !rounded;

/** The pass at a position with these stores; undefined if there is nothing to do. */
function passAt(
  position: Position,
  stores: readonly Store[],
  available: Available,
): PlacedPass | undefined {
  if (stores.length === 0 && !hasWork(position)) {
    return undefined;
  }
  // A value that a state holds by then needs no temporary.
  const kept = position.kept.filter(
    (node) =>
      !available.has(node.id) && !stores.some((store) => store.value === node && isKeptBy(store)),
  );
  const pass = { ...position, kept, stores, available };
  return stores.length > 0 || hasWork(pass) ? pass : undefined;
}

/** What is available after a pass. */
export function behind({ routine, kept, lines, stores, available }: PlacedPass): Available {
  const gone = new Set(stores.map((store) => store.slot));
  const result = new Map(available);
  for (const [id, slot] of gone.size > 0 ? available : []) {
    if (gone.has(slot)) {
      result.delete(id);
    }
  }
  for (const node of [...kept, ...lines, ...(routine ? [routine] : [])]) {
    result.set(node.id, temporaryName(node));
  }
  for (const store of stores) {
    if (isKeptBy(store)) {
      result.set(store.value.id, store.slot);
    }
  }
  return result;
}

/** A position for each store. */
type Choice = readonly number[];

/** Searches for the choice with which the passes move the fewest bytes. */
class Search {
  readonly #positions: readonly Position[];
  readonly #stores: readonly Store[];
  /** The possible positions of each store, in order. */
  readonly #allowed: readonly Choice[];
  readonly #leaves: Available;
  #looks = 0;

  constructor(
    positions: readonly Position[],
    stores: readonly Store[],
    allowed: readonly Choice[],
    leaves: Available,
  ) {
    this.#positions = positions;
    this.#stores = stores;
    this.#allowed = allowed;
    this.#leaves = leaves;
  }

  /** The passes of a choice, in order. */
  *passes(choice: Choice): Generator<PlacedPass, void> {
    let available = this.#leaves;
    const stored: Store[][] = this.#positions.map(() => []);
    for (const [index, store] of this.#stores.entries()) {
      stored[choice[index]!]!.push(store);
    }
    for (const [index, position] of this.#positions.entries()) {
      const pass = passAt(position, stored[index]!, available);
      if (pass !== undefined) {
        yield pass;
        available = behind(pass);
      }
    }
  }

  /** @param work counts the passes */
  #cost(choice: Choice, work?: Work): number {
    let cost = 0;
    for (const pass of this.passes(choice)) {
      cost += this.#costOf(pass, work);
    }
    return cost;
  }

  #costOf(pass: PlacedPass, work?: Work): number {
    const looked = new Set<number>();
    const cost = costOf(pass, looked);
    work?.add(looked.size, targetsOf(pass));
    this.#looks += looked.size + pass.available.size;
    return cost;
  }

  /** Whether no choice can be better. */
  #isEnough(cost: number): boolean {
    return this.#looks > maximumLooks && cost < Number.POSITIVE_INFINITY;
  }

  /**
   * Starts with everything as late as possible, then moves each store in turn to its best position.
   * @throws {RuleError} where a step does too much
   */
  descent(): { choice: Choice; cost: number } {
    let choice = this.#allowed.map((positions) => positions.at(-1)!);
    let cost = this.#cost(choice, new Work());
    for (const [store, positions] of this.#allowed.entries()) {
      for (const position of positions) {
        if (this.#isEnough(cost)) {
          return { choice, cost };
        }
        const tried = choice.with(store, position);
        const found = this.#cost(tried);
        if (found < cost) {
          [choice, cost] = [tried, found];
        }
      }
    }
    return { choice, cost };
  }

  /** The best of all choices. Of equally good ones, the one that stores latest. */
  best(): { choice: Choice; cost: number } {
    let best = this.descent();
    const chosen = this.#stores.map(() => -1);
    const visit = (index: number, available: Available, cost: number): void => {
      if (cost > best.cost || cost === Number.POSITIVE_INFINITY || this.#isEnough(best.cost)) {
        return;
      }
      if (index === this.#positions.length) {
        if (cost < best.cost || isLater(chosen, best.choice)) {
          best = { choice: [...chosen], cost };
        }
        return;
      }
      for (const stored of this.#storable(index, chosen)) {
        for (const store of stored) {
          chosen[store] = index;
        }
        const stores = stored.map((store) => this.#stores[store]!);
        const pass = passAt(this.#positions[index]!, stores, available);
        const next = pass === undefined ? available : behind(pass);
        visit(index + 1, next, pass === undefined ? cost : cost + this.#costOf(pass));
        for (const store of stored) {
          chosen[store] = -1;
        }
      }
    };
    visit(0, this.#leaves, 0);
    return best;
  }

  /** The sets of stores that are possible at a position, after those at earlier positions were chosen. */
  #storable(index: number, chosen: Choice): number[][] {
    let sets: number[][] = [[]];
    for (const [store, positions] of this.#allowed.entries()) {
      if (chosen[store]! < 0 && positions.includes(index)) {
        const joined = sets.map((set) => [...set, store]);
        sets = positions.at(-1) === index ? joined : [...sets, ...joined];
      }
    }
    return sets;
  }
}

/** Whether the first choice has the later position for the last store in which the two differ. */
function isLater(a: Choice, b: Choice): boolean {
  const store = a.findLastIndex((position, index) => position !== b[index]);
  return store >= 0 && a[store]! > b[store]!;
}

/**
 * @param nodes all nodes that the stores and reductions need, operands first
 * @param earliest the first stage to which a store may belong
 */
export function place(
  nodes: readonly Node[],
  stores: readonly Store[],
  reductions: readonly Reduction[],
  stages: ReadonlyMap<number, number>,
  earliest: number,
): PlacedPass[] {
  const positions = positionsOf(nodes, stores, reductions, stages, earliest);
  const leaves = new Map(
    reachable([
      ...stores.map((store) => store.value),
      ...reductions.map(({ node }) => node),
    ]).flatMap((node) => (node.form === "slot" ? [[node.id, node.name] as const] : [])),
  );
  const allowed = stores.map(({ value, kind = "element" }) => {
    const from = Math.max(earliest, stages.get(value.id)!);
    return positions.flatMap((position, index) =>
      position.kind === kind && position.stage >= from && position.routine === undefined
        ? [index]
        : [],
    );
  });
  const search = new Search(positions, stores, allowed, leaves);
  const count = allowed.reduce((product, { length }) => product * length, 1);
  const { choice, cost } = count > maximumChoices ? search.descent() : search.best();
  if (cost === Number.POSITIVE_INFINITY) {
    throw new Error("internal error: no order of passes has in memory what each pass reads");
  }
  return [...search.passes(choice)];
}
