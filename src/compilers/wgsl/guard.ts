/** How a shader notices that a step must not be made. */
import type { Node } from "../../rule/graph.ts";
import { checkedBy } from "../../rule/guard.ts";
import { status } from "./layout.ts";
import { type Lanes, nameOf } from "./operators.ts";

/** Stops the step where a value that the guard checks is not finite. */
export const stopIfWild = (guard: Node, lanes: Lanes): string => {
  const wild = checkedBy(guard).map((node) => `isWild${lanes}(${nameOf(node)})`);
  return `if (${wild.join(" || ")}) { atomicStore(&status[${status.stopped}], 1u); }`;
};
