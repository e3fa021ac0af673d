/** The functions of the language, each built from the graph's operators. */
import type { GraphBuilder, Lines, Node } from "../graph/graph.ts";
import { heightOf, isHost, widthOf } from "../graph/kinds.ts";
import type { ElementOperator } from "../graph/operators.ts";
import type { RoutineName } from "../matrices/matrix.ts";
import { signatures } from "../matrices/signatures.ts";

type Build = (graph: GraphBuilder, ...operands: Node[]) => Node;

export interface FunctionEntry {
  /** For messages and documentation. Only the name `condition` is for an operand that is not a number. */
  readonly parameters: readonly string[];
  readonly build: Build;
}

const unary = (operator: ElementOperator): FunctionEntry => ({
  parameters: ["x"],
  build: (graph, x) => graph.element(operator, x!),
});
const binary = (operator: ElementOperator): FunctionEntry => ({
  parameters: ["a", "b"],
  build: (graph, a, b) => graph.element(operator, a!, b!),
});
const of = (build: (graph: GraphBuilder, x: Node) => Node): FunctionEntry => ({
  parameters: ["x"],
  build: build as Build,
});

const rooted = (graph: GraphBuilder, x: Node): Node => graph.element("sqrt", x);

/** The number of values that a reduction of x adds up: x's own for rows, columns and such, otherwise the step's elements. */
function count(graph: GraphBuilder, { kind }: Node): Node {
  if (isHost(kind) || kind === "element") {
    return graph.fact("count");
  }
  const [height, width] = [heightOf(kind), widthOf(kind)].map((extent) =>
    extent === "1" ? graph.constant(1) : graph.fact(extent),
  );
  return graph.element("multiply", height!, width!);
}

function lineMean(lines: Lines): FunctionEntry {
  return of((graph, x) => {
    const sum = graph.line("sum", lines, x);
    const length = lines === "rows" ? widthOf(x.kind) : heightOf(x.kind);
    return graph.element("divide", sum, graph.fact(length as "rows" | "cols"));
  });
}

/** Elements are divided by the largest of their line first, so that no square overflows and the largest one is 1. */
const lineNorm = (lines: Lines): FunctionEntry =>
  of((graph, x) => {
    const largest = graph.line("max", lines, graph.element("abs", x));
    const isPositive = graph.element("less", graph.constant(0), largest);
    const divisor = graph.element("select", isPositive, largest, graph.constant(1));
    const share = graph.element("divide", x, divisor);
    const sum = graph.line("sum", lines, graph.element("multiply", share, share));
    return graph.element("multiply", largest, graph.element("sqrt", sum));
  });

const draw = (distribution: "uniform" | "normal"): FunctionEntry => ({
  parameters: [],
  build: (graph) => graph.random(distribution, graph.nextDraw()),
});

const matrixFunctions = Object.fromEntries(
  Object.entries(signatures).map(([name, signature]): [string, FunctionEntry] => {
    const routine = { ...signature, name: name as RoutineName };
    return [
      name,
      {
        parameters: [...routine.matrices, ...routine.numbers],
        build: (graph, ...operands) => graph.routine(routine, ...operands),
      },
    ];
  }),
);

function sign(graph: GraphBuilder, x: Node): Node {
  const zero = graph.constant(0);
  const negative = graph.element("select", graph.element("less", x, zero), graph.constant(-1), x);
  // Zeros keep their sign and NaN stays NaN, as in Math.sign.
  return graph.element("select", graph.element("less", zero, x), graph.constant(1), negative);
}

export const functions: Readonly<Record<string, FunctionEntry>> = {
  sqrt: unary("sqrt"),
  abs: unary("abs"),
  exp: unary("exp"),
  log: unary("log"),
  floor: unary("floor"),
  sign: of(sign),
  min: binary("min"),
  max: binary("max"),
  clamp: {
    parameters: ["x", "low", "high"],
    build: (graph, x, low, high) => graph.element("min", graph.element("max", x!, low!), high!),
  },
  where: {
    parameters: ["condition", "a", "b"],
    build: (graph, condition, a, b) => graph.element("select", condition!, a!, b!),
  },

  sum: of((graph, x) => graph.reduction("sum", "tensor", x)),
  mean: of((graph, x) =>
    graph.element("divide", graph.reduction("sum", "tensor", x), count(graph, x)),
  ),
  norm: of((graph, x) => graph.reduction("norm", "tensor", x)),
  rootMeanSquare: of((graph, x) => {
    const root = graph.element("sqrt", count(graph, x));
    return graph.element("divide", graph.reduction("norm", "tensor", x), root);
  }),
  amax: of((graph, x) => graph.reduction("max", "tensor", x)),
  amin: of((graph, x) => graph.reduction("min", "tensor", x)),
  globalSum: of((graph, x) => graph.reduction("sum", "global", x)),
  globalNorm: of((graph, x) => graph.reduction("norm", "global", x)),
  globalMax: of((graph, x) => graph.reduction("max", "global", x)),
  globalMin: of((graph, x) => graph.reduction("min", "global", x)),

  rowSum: of((graph, x) => graph.line("sum", "rows", x)),
  rowMean: lineMean("rows"),
  rowNorm: lineNorm("rows"),
  rowMax: of((graph, x) => graph.line("max", "rows", x)),
  colSum: of((graph, x) => graph.line("sum", "cols", x)),
  colMean: lineMean("cols"),
  colNorm: lineNorm("cols"),
  colMax: of((graph, x) => graph.line("max", "cols", x)),
  randomUniform: draw("uniform"),
  randomNormal: draw("normal"),
  ...matrixFunctions,
};

/** @throws {TypeError} where a function of this name exists */
export function addFunction(name: string, parameters: readonly string[]): void {
  if (Object.hasOwn(functions, name)) {
    throw new TypeError(`defineOperator: the language has a function \`${name}\` already`);
  }
  const build: Build = (graph, ...operands) => graph.element(name as ElementOperator, ...operands);
  Object.assign(functions, { [name]: { parameters, build } satisfies FunctionEntry });
}

/**
 * `base ^ exponent`. For elements, a whole constant exponent up to 16 is a product in the order
 * of the text, and one half is a square root, so `g^2` is exactly `g * g`.
 */
export function power(graph: GraphBuilder, base: Node, exponent: Node): Node {
  if (isHost(base.kind) || exponent.form !== "constant") {
    return graph.element("power", base, exponent);
  }
  const count = Math.abs(exponent.value);
  if (count === 0.5 || (Number.isInteger(count) && count >= 1 && count <= 16)) {
    let product = count === 0.5 ? rooted(graph, base) : base;
    for (let i = 1; i < count; i++) {
      product = graph.element("multiply", product, base);
    }
    return exponent.value > 0 ? product : graph.element("divide", graph.constant(1), product);
  }
  return graph.element("power", base, exponent);
}

/** `a % b`: the remainder of a after whole multiples of b. It has the sign of b. */
export function modulo(graph: GraphBuilder, a: Node, b: Node): Node {
  const multiples = graph.element("floor", graph.element("divide", a, b));
  return graph.element("subtract", a, graph.element("multiply", b, multiples));
}
