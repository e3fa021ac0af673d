/** Which norm of the gradients as they came in a rule takes over all parameters, for the report. */
import type { Node, NodeOf } from "../graph/graph.ts";
import type { Known } from "./guard.ts";

/** The norm of all gradients as a program takes it. */
export interface GradientNorm {
  /** Its order: 2 of the Euclidean norm, Infinity of the largest magnitude. */
  readonly order: number;
  /** The norm itself; of an order but 1, 2 and Infinity the sum of powers of shares of the largest element. */
  readonly reduction: NodeOf<"reduction">;
  /** What shares are of. */
  readonly largest?: NodeOf<"reduction">;
}

const isGradient = (node: Node): boolean => node.form === "slot" && node.name === "g";

const isElement = (node: Node, operator: string): boolean =>
  node.form === "element" && node.operator === operator;

const isMagnitude = (node: Node): boolean =>
  isElement(node, "abs") && isGradient(node.operands[0]!);

/** @returns the norm of raw gradients that the graph has, as `globalNorm(g)` or as `orderedNorm` writes it */
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
