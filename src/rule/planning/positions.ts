/**
 * The possible positions of passes. The order in each stage: loops over rows and columns, loops over matrices,
 * routines, and then loops over rows and columns that only store.
 */
import type { Node, NodeOf, Store } from "../graph/graph.ts";
import type { Kind } from "../graph/kinds.ts";
import type { Reduction } from "./program.ts";
import { keptNodes } from "./stages.ts";

/** A possible position of a pass, and what the pass must do there in any case. */
export interface Position {
  readonly stage: number;
  /** The kind of the loop. */
  readonly kind: Kind;
  /** Whether it comes after the loops over matrices; only loops over vectors can. */
  readonly late: boolean;
  readonly routine: NodeOf<"routine"> | undefined;
  readonly kept: readonly Node[];
  readonly lines: readonly NodeOf<"line">[];
  readonly reductions: readonly Reduction[];
}

const order: readonly Kind[] = ["row", "column", "left", "right", "transposed", "element"];

/** All possible positions in a program with these stages, in order. */
export function positionsOf(
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

/** Whether a pass is needed here even if it stores nothing. */
export const hasWork = ({ routine, kept, lines, reductions }: Position): boolean =>
  routine !== undefined || kept.length + lines.length + reductions.length > 0;
