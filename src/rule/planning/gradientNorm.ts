/** Finds out whether a rule takes a norm of all unchanged gradients, so that the report can contain it. */
import type { Node, NodeOf } from "../graph/graph.ts";
import type { Known } from "./guard.ts";

/** How a program takes the norm of all gradients. */
export interface GradientNorm {
  /** Its order: 2 for the Euclidean norm, Infinity for the largest magnitude. */
  readonly order: number;
  /** The norm; for orders other than 1, 2 and Infinity, the sum of powers of elements divided by the largest magnitude. */
  readonly reduction: NodeOf<"reduction">;
  /** The largest magnitude, if elements are divided by it. */
  readonly largest?: NodeOf<"reduction">;
}

const isGradient = (node: Node): boolean => node.form === "slot" && node.name === "g";

const isElement = (node: Node, operator: string): boolean =>
  node.form === "element" && node.operator === operator;

const isMagnitude = (node: Node): boolean =>
  isElement(node, "abs") && isGradient(node.operands[0]!);

/** @returns the norm of unchanged gradients in a graph, as `globalNorm(g)` or `orderedNorm` writes it */
export function findGradientNorm(nodes: readonly Node[], known: Known): GradientNorm | undefined {
  const global = nodes.filter(
    (node): node is NodeOf<"reduction"> => node.form === "reduction" && node.scope === "global",
  );
  const find = (operator: string, of: (operand: Node) => boolean) =>
    global.find((node) => node.operator === operator && of(node.operands[0]!));
  const euclidean = find("norm", isGradient);
  if (euclidean !== undefined) {
    return { order: 2, reduction: euclidean };
  }
  const total = find("sum", isMagnitude);
  if (total !== undefined) {
    return { order: 1, reduction: total };
  }
  const largest = find("max", isMagnitude);
  const powers = find("sum", (operand) => {
    const [share] = operand.operands;
    return (
      isElement(operand, "power") &&
      isElement(share!, "divide") &&
      isMagnitude(share!.operands[0]!) &&
      largest !== undefined
    );
  });
  const order = powers && known(powers.operands[0]!.operands[1]!);
  if (order !== undefined) {
    return { order, reduction: powers!, largest: largest! };
  }
  return largest && { order: Number.POSITIVE_INFINITY, reduction: largest };
}
