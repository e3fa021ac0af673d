/** Random rules over rows, columns and matrices, in which every expression has the right kind. */
import fc from "fast-check";
import { casesOf, type MakePart, numberText, type RandomPart } from "./randomRules.ts";

type Shape = "element" | "row" | "column" | "left" | "right" | "number";

/** Expressions of each kind over the names of a part. */
const expressions = fc.letrec<Record<Shape, string>>((tie) => {
  const [element, row, column] = [tie("element"), tie("row"), tie("column")];
  const [left, right, number] = [tie("left"), tie("right"), tie("number")];
  const leaf = (...names: string[]) => ({ weight: 4, arbitrary: fc.constantFrom(...names) });
  const call = (callees: string[], ...operands: fc.Arbitrary<string>[]) =>
    fc
      .tuple(fc.constantFrom(...callees), ...operands)
      .map(([callee, ...given]) => `${callee}(${given.join(", ")})`);
  const infix = (a: fc.Arbitrary<string>, b: fc.Arbitrary<string>) =>
    fc.tuple(a, fc.constantFrom("+", "-", "*", "/"), b).map((parts) => `(${parts.join(" ")})`);
  const same = (own: fc.Arbitrary<string>, below: fc.Arbitrary<string>) => [
    { weight: 3, arbitrary: infix(own, own) },
    { weight: 2, arbitrary: infix(own, below) },
    { weight: 1, arbitrary: infix(below, own) },
    { weight: 1, arbitrary: call(["sqrt", "abs", "sign"], own) },
    { weight: 1, arbitrary: call(["min", "max"], own, below) },
    {
      weight: 1,
      arbitrary: call(["where"], fc.constantFrom("flag", "t == 2", "matrix"), own, own),
    },
  ];
  const depth = { maxDepth: 3, depthSize: "small" } as const;
  const turned = call(["transpose"], element);
  return {
    element: fc.oneof(
      depth,
      leaf("g", "p", "m"),
      ...same(element, fc.oneof(row, column, number)),
      { weight: 1, arbitrary: infix(row, column) },
      { weight: 1, arbitrary: call(["matmul"], left, element) },
      { weight: 1, arbitrary: call(["matmul"], element, right) },
    ),
    row: fc.oneof(
      depth,
      leaf("r"),
      { weight: 4, arbitrary: call(["colSum", "colMean", "colNorm", "colMax"], element) },
      { weight: 1, arbitrary: call(["colSum", "colMean"], right) },
      ...same(row, number),
    ),
    column: fc.oneof(
      depth,
      leaf("k"),
      { weight: 4, arbitrary: call(["rowSum", "rowMean", "rowNorm", "rowMax"], element) },
      { weight: 1, arbitrary: call(["rowSum", "rowMean"], left) },
      ...same(column, number),
    ),
    left: fc.oneof(
      depth,
      leaf("l"),
      { weight: 2, arbitrary: call(["matmul"], element, turned) },
      { weight: 1, arbitrary: call(["transpose"], left) },
      ...same(left, fc.oneof(column, number)),
    ),
    right: fc.oneof(
      depth,
      leaf("q"),
      { weight: 2, arbitrary: call(["matmul"], turned, element) },
      ...same(right, fc.oneof(row, number)),
    ),
    number: fc.oneof(
      depth,
      leaf("lr", "a", "t", "rows", "cols", "size", "s"),
      { weight: 2, arbitrary: numberText },
      {
        weight: 2,
        arbitrary: call(["sum", "mean", "norm", "amax"], fc.oneof(element, row, column, left)),
      },
      { weight: 1, arbitrary: call(["globalSum", "globalMax"], fc.oneof(element, row)) },
    ),
  };
});

const kinds = { r: "row", k: "column", l: "left", q: "right", s: "scalar", m: "element" } as const;

/** A part with a state of each kind. */
const part: MakePart = (name, role) =>
  fc
    .record({
      direction: expressions.element,
      change: expressions.element,
      r: expressions.row,
      k: expressions.column,
      l: expressions.left,
      q: expressions.right,
      s: expressions.number,
      m: expressions.element,
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }),
      initial: fc.constantFrom<number | string>(0, 0.5, "2 * lr"),
    })
    .map(({ direction, change, order, initial, ...states }): RandomPart => {
      const lines = [
        ...Object.entries(states).map(([state, value]) => `${state} = ${value}`),
        role === "optimizer" ? `u = ${direction}` : `g = ${change}`,
      ];
      const used = "unused = lr * a + where(flag, 1, 0)";
      const state = Object.entries(kinds).map(([key, kind]) => [key, { kind, initial }] as const);
      return {
        name,
        role,
        state: Object.fromEntries(state),
        rule: [used, ...order.map((at) => lines[at]!)].join("\n"),
      };
    });

const side = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(33, 70) },
);
const shape = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(side, side) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(1023, 1030)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constant(3), fc.constant(2)),
  },
  { weight: 2, arbitrary: side.map((length) => [length]) },
  { weight: 1, arbitrary: fc.constant([] as number[]) },
  // Without elements; but rows, columns and square states may have some.
  { weight: 2, arbitrary: fc.constantFrom([0], [0, 1], [3, 0], [0, 4]) },
);

/** Cases with such rules. */
export const randomKindsCase = casesOf(part, shape as fc.Arbitrary<readonly number[]>);
