/** Refuses rules that give NaN for every negative gradient: by its logarithm, its root, or a power with a fraction. */

import { RuleError } from "../errors.ts";
import type { Scope } from "./elaborate.ts";
import type { Node } from "./graph.ts";
import { isHost } from "./kinds.ts";

/** Whether a value is a gradient or a direction, or a multiple of one, and so may have either sign. */
function isSigned(node: Node): boolean {
  if (node.form === "slot") {
    return node.name === "g" || node.name === "u";
  }
  const [first, second] = node.operands;
  if (node.form !== "element") {
    return false;
  }
  switch (node.operator) {
    case "negate":
      return isSigned(first!);
    case "multiply":
      return (
        (isHost(second!.kind) && isSigned(first!)) || (isHost(first!.kind) && isSigned(second!))
      );
    case "divide":
      return isHost(second!.kind) && isSigned(first!);
    default:
      return false;
  }
}

/** If a node needs an operand that is not negative: how a rule writes it, and what to write instead. */
function rooted(node: Node): readonly [written: string, better: string] | undefined {
  if (node.form !== "element" || !isSigned(node.operands[0]!)) {
    return undefined;
  }
  const { operator } = node;
  if (operator === "log" || operator === "sqrt") {
    return [`\`${operator}\``, `${operator}(abs(x))`];
  }
  const exponent = node.operands[1];
  return operator === "power" && exponent!.form === "constant" && !Number.isInteger(exponent!.value)
    ? ["such a power", `sign(x) * abs(x)^${exponent!.value}`]
    : undefined;
}

/**
 * Refuses such operations, except inside a branch of a `where`.
 * @throws {RuleError}
 */
export function checkSigned({ graph, g, p, u, stores }: Scope, rule: string): void {
  const results = new Set([g, p, u, ...stores.map(({ value }) => value)]);
  const takenAnyway = new Set(
    graph.nodes.flatMap(({ operands, ...node }) =>
      node.form === "element" && node.operator === "select" ? operands.slice(0, 1) : operands,
    ),
  );
  for (const node of graph.nodes) {
    const found = rooted(node);
    if (found !== undefined && (results.has(node) || takenAnyway.has(node))) {
      const [written, better] = found;
      const { text, span } = node.origin!;
      throw new RuleError(
        rule,
        `${written} of a gradient is NaN where the gradient is negative: write \`${better}\`, or \`where(x > 0, ..., 0)\` around it`,
        text,
        span,
      );
    }
  }
}
