/** Finds rules that make parameters anew from their state at each step, and so undo what else has moved them. */
import type { Node } from "../../rule/graph/graph.ts";
import type { Plan } from "../../runtime/binding/plans.ts";

/** Whether a step goes from where the parameters are: whether they end where they began, plus what does not depend on that. */
export function stepsFromHere({ program, hyper }: Pick<Plan, "program" | "hyper">): boolean {
  const results = program.passes.flatMap((pass) =>
    pass.form === "loop" ? pass.stores.filter(({ slot }) => slot === "p") : [],
  );
  const isZero = (node: Node): boolean =>
    (node.form === "constant" && node.value === 0) ||
    (node.form === "hyper" && hyper.get(node.name) === 0);
  return results.every(({ value }) => follows(value, isZero));
}

/** Whether a value moves where the parameter moves: a sum with it, a share of it, one of its bounds, or a projection. */
function follows(node: Node, isZero: (node: Node) => boolean): boolean {
  if (node.form !== "element") {
    return readsParameter(node);
  }
  const [a, b, c] = node.operands as [Node, Node, Node];
  const inside = (operand: Node) => follows(operand, isZero);
  /** Whether a factor leaves something of a part; a number that follows is part of a projection. */
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
      // As a sign is chosen by the value itself.
      return readsParameter(a) || (inside(b) && inside(c));
    default:
      return node.operands.some(inside);
  }
}

const readsParameter = (node: Node): boolean =>
  node.form === "slot" ? node.name === "p" : node.operands.some(readsParameter);

/** Whether a number comes from one that is kept between steps, such as the scale of a whole displacement that is learned. */
function isLearned(node: Node): boolean {
  if (node.form === "slot") {
    return true;
  }
  return node.form === "element" && node.operands.some(isLearned);
}
