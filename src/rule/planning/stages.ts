/** Finds the stage in which each value of a graph is available, and the values that must be kept in memory. */
import type { Node, Store } from "../graph/graph.ts";
import { isHost, type Kind } from "../graph/kinds.ts";

/** Whether its value is available only after the loop that reads its operands. */
const endsStage = ({ form }: Node): boolean =>
  form === "reduction" || form === "line" || form === "routine";

/**
 * The first stage in which each node's value is available.
 * @param guard the check of the gradients. It is alone in stage 0 if anything is `costly`
 */
export function stagesOf(nodes: readonly Node[], guard?: Node): Map<number, number> {
  const costly = nodes.some(({ form }) => form === "routine");
  const first = guard !== undefined && costly ? 1 : 0;
  const stages = new Map<number, number>();
  for (const node of nodes) {
    const operands = node.operands.map((operand) => stages.get(operand.id)!);
    const latest = Math.max(node.form === "slot" && !isHost(node.kind) ? first : 0, ...operands);
    stages.set(node.id, endsStage(node) ? latest + 1 : latest);
  }
  if (guard !== undefined) {
    stages.set(guard.operands[0]!.id, 0);
    stages.set(guard.id, 1);
  }
  return stages;
}

/** Whether a loop of this kind can compute the node itself, given its operands. */
export const isComputedIn = (node: Node, kind: Kind): boolean =>
  (node.form === "element" || node.form === "random") && node.kind === kind;

/** The kind of the loop that reads a node's operands; undefined for routines, which read memory. */
function readAs(node: Node): Kind | undefined {
  if (node.form === "reduction" || node.form === "line") {
    return node.over;
  }
  return node.form === "routine" ? undefined : node.kind;
}

/**
 * The nodes that must be in memory: the operands of routines, the results of lines and routines, and the
 * values that loops of another kind read.
 */
export function keptNodes(nodes: readonly Node[], stores: readonly Store[]): Node[] {
  const kept = new Set<Node>();
  const read = (node: Node, kind: Kind | undefined): void => {
    if (node.form !== "slot" && !isHost(node.kind) && node.kind !== kind) {
      kept.add(node);
    }
  };
  for (const node of nodes) {
    if (node.form === "line" || node.form === "routine") {
      kept.add(node);
    }
    for (const operand of node.operands) {
      read(operand, readAs(node));
    }
  }
  for (const { value, kind = "element" } of stores) {
    read(value, kind);
  }
  return [...kept].sort((a, b) => a.id - b.id);
}

/** The condition under which a routine's result is read, if it is read under one condition only. */
export function conditionOf(
  node: Node,
  nodes: readonly Node[],
  stores: readonly Store[],
  stages: ReadonlyMap<number, number>,
): { node: Node; holds: boolean } | undefined {
  const users = nodes.filter((user) => user.operands.includes(node));
  const branches = users.map((user) => {
    const [condition, yes, no] = user.operands;
    const selects = user.form === "element" && user.operator === "select" && yes !== no;
    return selects ? { node: condition!, holds: yes === node } : undefined;
  });
  const [first] = branches;
  const decided =
    first !== undefined &&
    isHost(first.node.kind) &&
    stages.get(first.node.id)! < stages.get(node.id)! &&
    branches.every((each) => each?.node === first.node && each.holds === first.holds) &&
    !stores.some(({ value }) => value === node);
  return decided ? first : undefined;
}
