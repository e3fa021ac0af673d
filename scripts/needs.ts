/**
 * Finds which parts of src/features.ts a rule needs, alone or in a chain. It reads the graph of the rule's text, before any
 * option is
 * decided.
 */
import { isDirect } from "../src/compilers/wasm/operators.ts";
import { type Definition, type Part, type Role, stateOf } from "../src/rule/definition.ts";
import {
  elaborateEvaluation,
  elaborateInitial,
  elaboratePart,
  newScope,
} from "../src/rule/graph/elaborate.ts";
import { GraphBuilder, type Node } from "../src/rule/graph/graph.ts";
import { isHost, type Kind } from "../src/rule/graph/kinds.ts";

export type Need =
  | "provideNorms"
  | "provideLibrary"
  | "provideDraws"
  | "provideRows"
  | "provideMatrices"
  | "provideNumbers"
  | "provideStarting"
  | "provideEvaluation"
  | "provideGradientNorms";

/** The graph nodes of a definition's texts. */
function nodesOf(role: Role, definition: Definition): readonly Node[] {
  const part: Part = { name: definition.name, role, definition, hyper: definition.hyper };
  const scope = newScope();
  scope.u = role === "transform" ? scope.graph.slot("u", "element") : undefined;
  elaboratePart(part, scope);
  const others = new GraphBuilder();
  for (const { initial, kind } of Object.values(stateOf(definition))) {
    if (typeof initial === "string") elaborateInitial(part, initial, kind, others);
  }
  if (definition.evaluation !== undefined) {
    elaborateEvaluation(part, definition.evaluation, others);
  }
  return [...scope.graph.nodes, ...others.nodes];
}

const isLine = (kind: Kind): boolean => !isHost(kind) && kind !== "element";

/** @param role the role of the rule in a chain */
export function needsOf(role: Role, definition: Definition): readonly Need[] {
  const nodes = nodesOf(role, definition);
  const states = Object.values(stateOf(definition));
  const needs: Readonly<Record<Need, boolean>> = {
    provideNorms: nodes.some((node) => node.form === "reduction" && node.operator === "norm"),
    provideLibrary: nodes.some(
      (node) => node.form === "element" && !isHost(node.kind) && !isDirect(node.operator),
    ),
    provideDraws: nodes.some(({ form }) => form === "random"),
    provideRows:
      states.some(({ kind }) => isLine(kind)) ||
      nodes.some(({ form, kind }) => isLine(kind) || form === "line" || form === "routine"),
    provideMatrices: nodes.some(({ form }) => form === "routine"),
    provideNumbers: states.some(({ kind }) => isHost(kind)),
    provideStarting: states.some(({ initial }) => initial !== 0),
    provideEvaluation: definition.evaluation !== undefined,
    // In a chain its input may be raw gradients, whatever is found here.
    provideGradientNorms: nodes.some(
      (node) => node.form === "reduction" && node.scope === "global" && node.operator !== "min",
    ),
  };
  return (Object.keys(needs) as Need[]).filter((need) => needs[need]);
}
