/** The library's functions for the interpreter: their graphs, evaluated for one element. */
import type { NodeOf } from "../../rule/graph.ts";
import { type LibraryName, libraryFunction } from "../../rule/library.ts";
import { elementOperators } from "../../rule/operators.ts";
import type { LibraryFunction } from "../../rule/program.ts";

function prepare({ inputs, nodes, result }: LibraryFunction): (x: number, y: number) => number {
  const position = new Map(nodes.map((node, index) => [node.id, index]));
  const values = new Float64Array(nodes.length);
  const steps: {
    to: number;
    evaluate: (a: number, b: number, c: number) => number;
    from: number[];
  }[] = [];
  const places = inputs.map((input) =>
    nodes.findIndex((node) => node.form === "slot" && node.name === input),
  );
  for (const [index, node] of nodes.entries()) {
    if (node.form === "constant") {
      values[index] = node.value;
    } else if (node.form === "element") {
      const from = node.operands.map((operand) => position.get(operand.id)!);
      steps.push({ to: index, evaluate: operatorOf(node), from });
    }
  }
  const [x, y = x] = places as [number, number?];
  const last = position.get(result.id)!;
  return (first, second) => {
    values[y] = second;
    values[x] = first;
    for (const { to, evaluate, from } of steps) {
      values[to] = evaluate(values[from[0]!]!, values[from[1]!]!, values[from[2]!]!);
    }
    return values[last]!;
  };
}

function operatorOf({ operator }: NodeOf<"element">): (a: number, b: number, c: number) => number {
  return Object.hasOwn(libraryEvaluators, operator)
    ? libraryEvaluators[operator as LibraryName].evaluate
    : elementOperators[operator].evaluate;
}

/** Prepares a function when it is first called. */
function lazily(name: LibraryName): { evaluate: (x: number, y: number) => number } {
  let prepared: ((x: number, y: number) => number) | undefined;
  return {
    evaluate: (x, y) => {
      prepared ??= prepare(libraryFunction(name));
      return prepared(x, y);
    },
  };
}

export const libraryEvaluators: Record<LibraryName, ReturnType<typeof lazily>> = {
  exp: lazily("exp"),
  log: lazily("log"),
  power: lazily("power"),
  normalQuantile: lazily("normalQuantile"),
};
