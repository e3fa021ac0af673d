/** How a shader finds out that a step must not be made. */
import type { Node } from "../../rule/graph/graph.ts";
import { checkedBy } from "../../rule/planning/guard.ts";
import { status } from "./layout.ts";
import { type Lanes, nameOf } from "./operators.ts";

/** Stops the step if a value that the guard checks is not finite. */
export const stopIfWild = (guard: Node, lanes: Lanes): string => {
  const outOfRange = checkedBy(guard).map((node) => `isOutOfRange${lanes}(${nameOf(node)})`);
  return `if (${outOfRange.join(" || ")}) { atomicStore(&status[${status.stopped}], 1u); }`;
};
