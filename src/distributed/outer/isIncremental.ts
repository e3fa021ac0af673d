/** Finds rules that compute parameters from their state in each step, and so undo any other change. */
import type { Node } from "../../rule/graph/graph.ts";
import type { Plan } from "../../runtime/binding/plans.ts";

/** Whether a step starts from the current parameters: whether it gives `p` plus something that does not depend on `p`. */
export function isIncremental({ program, hyper }: Pick<Plan, "program" | "hyper">): boolean {
  const results = program.passes.flatMap((pass) =>
    pass.form === "loop" ? pass.stores.filter(({ slot }) => slot === "p") : [],
  );
  const isZero = (node: Node): boolean =>
    (node.form === "constant" && node.value === 0) ||
    (node.form === "hyper" && hyper.get(node.name) === 0);
  return results.every(({ value }) => follows(value, isZero));
}

/** Whether a value moves with the parameter: a sum with it, a fraction of it, one of its bounds, or a projection. */
function follows(node: Node, isZero: (node: Node) => boolean): boolean {
  if (node.form !== "element") {
    return readsParameter(node);
  }
  const [a, b, c] = node.operands as [Node, Node, Node];
  const inside = (operand: Node) => follows(operand, isZero);
  /** Whether a product still moves with one of its factors. A number that does is part of a projection. */
  const left = (part: Node, factor: Node) =>
    inside(part) &&
    (part.kind !== "element" ||
      inside(factor) ||
      (factor.kind !== "element" && !isZero(factor) && !isLearned(factor)));
  switch (node.operator) {
    case "subtract":
      return inside(a);
    case "multiply":
      return left(a, b) || left(b, a);
    case "select":
      // For example, a sign is chosen by the value itself.
      return readsParameter(a) || (inside(b) && inside(c));
    default:
      return node.operands.some(inside);
  }
}

const readsParameter = (node: Node): boolean =>
  node.form === "slot" ? node.name === "p" : node.operands.some(readsParameter);

/** Whether a number depends on the state, such as a learned scale of the whole displacement. */
function isLearned(node: Node): boolean {
  if (node.form === "slot") {
    return true;
  }
  return node.form === "element" && node.operands.some(isLearned);
}
