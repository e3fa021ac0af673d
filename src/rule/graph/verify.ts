/** Checks that a graph is one, after each pass that makes it: a mistake here is a bug of ours. */
import type { Node, Store } from "./graph.ts";
import { reachable } from "./graph.ts";
import { fits, join } from "./kinds.ts";
import { elementOperators } from "./operators.ts";

function fail(pass: string, node: Node, problem: string): never {
  throw new Error(`internal error after ${pass}: node ${node.id} (${node.form}) ${problem}`);
}

function verifyElement(pass: string, node: Extract<Node, { form: "element" }>): void {
  const { operands, result } = elementOperators[node.operator];
  if (operands.length !== node.operands.length) {
    fail(pass, node, `\`${node.operator}\` has ${node.operands.length} operands`);
  }
  for (const [index, operand] of node.operands.entries()) {
    if (operand.type !== operands[index]) {
      fail(pass, node, `\`${node.operator}\` has a ${operand.type} as operand ${index}`);
    }
  }
  if (
    node.type !== result ||
    node.kind !== node.operands.map((n) => n.kind).reduce((a, b) => join(a, b) ?? "element")
  ) {
    fail(pass, node, `\`${node.operator}\` is a ${node.kind} ${node.type}`);
  }
}

function verifyNode(pass: string, node: Node): void {
  for (const operand of node.operands) {
    if (operand.id >= node.id) {
      fail(pass, node, `comes before its operand ${operand.id}`);
    }
  }
  if (node.form === "element") {
    verifyElement(pass, node);
  }
  if (node.form === "reduction" && (node.kind !== "scalar" || node.operands.length !== 1)) {
    fail(pass, node, "is no reduction of one operand to a scalar");
  }
}

/**
 * @param pass the name of the pass that has just run
 * @throws {Error} where an operand is missing, comes late or is of another type or kind
 */
export function verify(pass: string, stores: readonly Store[]): void {
  for (const node of reachable(stores.map((store) => store.value))) {
    verifyNode(pass, node);
  }
  for (const { slot, value, kind = "element" } of stores) {
    if (value.type !== "number" || !fits(value.kind, kind)) {
      fail(pass, value, `cannot be stored in ${slot}`);
    }
  }
}
