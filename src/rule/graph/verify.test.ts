import { describe, expect, test } from "vitest";
import { GraphBuilder, type Node } from "./graph.ts";
import { verify } from "./verify.ts";

function small() {
  const graph = new GraphBuilder();
  const g = graph.slot("g", "element");
  const p = graph.slot("p", "element");
  return {
    graph,
    g,
    p,
    sum: graph.element("add", g, p),
    norm: graph.reduction("sum", "tensor", g),
  };
}

const store = (value: Node) => [{ slot: "p", value }];
const wrong = (node: Node, change: object): Node => ({ ...node, ...change }) as Node;

test("a graph as it is built passes", () => {
  const { graph, sum, norm } = small();
  const condition = graph.element("less", norm, sum);
  expect(() => verify("test", store(graph.element("select", condition, sum, norm)))).not.toThrow();
});

describe("a mistake names the pass and the node", () => {
  const { graph, g, sum, norm } = small();
  const condition = graph.element("less", g, sum);
  test.each<[string, Node, string]>([
    [
      "an operand that comes late",
      wrong(sum, { id: 1 }),
      "node 1 (element) comes before its operand 1",
    ],
    ["an operand too few", wrong(sum, { operands: [g] }), "`add` has 1 operands"],
    ["an operand too many", wrong(sum, { operands: [g, g, g] }), "`add` has 3 operands"],
    [
      "a condition as a number",
      wrong(graph.element("negate", sum), { operands: [condition] }),
      "`negate` has a boolean as operand 0",
    ],
    [
      "a number as a condition",
      wrong(graph.element("select", condition, g, sum), { operands: [g, g, sum] }),
      "`select` has a number as operand 0",
    ],
    ["another type", wrong(sum, { type: "boolean" }), "`add` is a element boolean"],
    ["another kind", wrong(sum, { kind: "scalar" }), "`add` is a scalar number"],
    ["a reduction to elements", wrong(norm, { kind: "element" }), "is no reduction of one operand"],
    ["a reduction of nothing", wrong(norm, { operands: [] }), "is no reduction of one operand"],
    ["a condition that is stored", condition, "cannot be stored in p"],
  ])("%s", (_, node, problem) => {
    expect(() => verify("simplify", store(node))).toThrow(`internal error after simplify: node`);
    expect(() => verify("simplify", store(node))).toThrow(problem);
  });
});
