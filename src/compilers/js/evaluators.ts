/** Evaluates operators and random numbers for one element. Functions of the library are evaluated by their graphs. */
import type { NodeOf } from "../../rule/graph/graph.ts";
import { quantileFunction } from "../../rule/graph/normalQuantile.ts";
import { type ElementOperator, elementOperators, type Write } from "../../rule/graph/operators.ts";
import { fraction, threefry, uniform } from "../../rule/graph/random.ts";
import {
  type LibraryFunction,
  type LibraryName,
  libraryFunction,
} from "../../rule/language/library.ts";

interface Step {
  readonly write: Write;
  readonly to: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

function prepare({ inputs, nodes, result }: LibraryFunction): (x: number, y: number) => number {
  const position = new Map(nodes.map((node, index) => [node.id, index]));
  const values = new Float64Array(nodes.length);
  const steps: Step[] = [];
  const places = inputs.map((input) =>
    nodes.findIndex((node) => node.form === "slot" && node.name === input),
  );
  for (const [to, node] of nodes.entries()) {
    if (node.form === "constant") {
      values[to] = node.value;
    } else if (node.form === "element") {
      const [a, b = a, c = a] = node.operands.map((operand) => position.get(operand.id)!);
      steps.push({ write: writerOf(node), to, a: a!, b: b!, c: c! });
    }
  }
  const [x, y = x] = places as [number, number?];
  const last = position.get(result.id)!;
  return (first, second) => {
    values[y] = second;
    values[x] = first;
    for (const { write, to, a, b, c } of steps) {
      write(values, to, a, b, c);
    }
    return values[last]!;
  };
}

function writerOf({ operator }: NodeOf<"element">): Write {
  if (!Object.hasOwn(libraryEvaluators, operator)) {
    return elementOperators[operator].write;
  }
  const { evaluate } = libraryEvaluators[operator as LibraryName];
  return (v, to, a, b) => void (v[to] = evaluate(v[a]!, v[b]!));
}

/** Prepares a function when it is first called. */
function lazily(functionOf: () => LibraryFunction): { evaluate: (x: number, y: number) => number } {
  let prepared: ((x: number, y: number) => number) | undefined;
  return {
    evaluate: (x, y) => {
      prepared ??= prepare(functionOf());
      return prepared(x, y);
    },
  };
}

const libraryEvaluators: Record<LibraryName, ReturnType<typeof lazily>> = {
  exp: lazily(() => libraryFunction("exp")),
  log: lazily(() => libraryFunction("log")),
  power: lazily(() => libraryFunction("power")),
};

const quantile = lazily(quantileFunction);

/**
 * Each operator's result in float64, for operands of a type. Rounded to that type, it is the element's value.
 * Booleans are 1 and 0.
 */
export const evaluators: Readonly<
  Record<ElementOperator, { readonly evaluate: (a: number, b: number, c: number) => number }>
> = { ...elementOperators, ...libraryEvaluators };

export const addEvaluator = (
  name: string,
  evaluate: (a: number, b: number, c: number) => number,
): void => void Object.assign(evaluators, { [name]: { evaluate } });

const words = new Uint32Array(2);

/**
 * The random number for an element, in float64.
 * @param key0 first word of the key in the call record
 * @param key1 second word of the key in the call record
 * @param index the element's index in its tensor
 * @example
 * const drawn: number[] = [];
 * const backend: Backend = {
 *   ...javascript,
 *   name: "drawing",
 *   compile(program, ...rest) {
 *     const nodes = loopsOf(program).flatMap(({ loop }) => loop.compute);
 *     const node = nodes.find(({ form }) => form === "random");
 *     if (node?.form === "random") drawn.push(draw(node, 1, 2, 0), draw(node, 1, 2, 0));
 *     return javascript.compile(program, ...rest);
 *   },
 * };
 * optimize(net, noisySgd(), { backend });
 * drawn[0] === drawn[1]; // true
 */
export function draw(
  { site, distribution }: NodeOf<"random">,
  key0: number,
  key1: number,
  index: number,
): number {
  if (distribution === "fraction") return fraction(key0, key1, index, site);
  threefry(words, key0, key1, index, site);
  const drawn = uniform(words[0]!, words[1]!);
  return distribution === "normal" ? quantile.evaluate(drawn, 0) : drawn;
}
