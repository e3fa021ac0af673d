/** Whether the TypeScript of a formula computes what the formula does. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { differentiate, evaluate } from "../../../formulas/evaluate.ts";
import { functions } from "../../../formulas/functions.ts";
import { landscapes } from "../../../formulas/landscapes.ts";
import { parseFormula } from "../../../formulas/parse.ts";
import { slopeSource, unspelled, valueSource } from "./source.ts";

type Numbers = (x: number, y: number) => number[];

/** The text as a module: value and both derivatives. */
async function compiled(formula: string): Promise<Numbers> {
  const expression = parseFormula({ what: "formula", text: formula });
  const parts = [
    valueSource(expression),
    slopeSource(expression, "x"),
    slopeSource(expression, "y"),
  ];
  const code = `export default (x, y) => [${parts.join(",\n")}];`;
  return (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`))
    .default;
}

function interpreted(formula: string): Numbers {
  const expression = parseFormula({ what: "formula", text: formula });
  return (x, y) => [
    evaluate(expression, { x, y }),
    ...differentiate(expression, { x, y }, ["x", "y"]).slopes,
  ];
}

const places = [
  ...[
    [0.3, 0.7],
    [-0.4, 0.2],
    [0.9, -0.6],
    [1.7, 2.3],
    [-2.1, 0.4],
    [0.5, 0.5],
    [3, -3],
  ],
] as const;

const same = async (formula: string) => {
  const [ours, theirs] = [await compiled(formula), interpreted(formula)];
  // NaN, too: where one has it, the other has.
  for (const [x, y] of places) expect(ours(x, y), `${formula} at ${x}, ${y}`).toEqual(theirs(x, y));
};

it("can write all that a formula may have", () => {
  expect(unspelled).toEqual([]);
});

it.each(Object.entries(functions))("writes %s as it is computed", async (name, { parameters }) => {
  const operands = ["x * y", "y - x", "x + 2 * y"].slice(0, parameters.length);
  await same(`${name}(${operands.join(", ")})`);
});

it.each(Object.entries(landscapes))("writes %s as it is computed", async (_, { formula }) => {
  await same(formula);
});

it("writes any formula as it is computed", async () => {
  const leaf = fc.constantFrom("x", "y", "pi", "2", "0.5", "3");
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc
        .tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/", "%", "^"), tie("tree"))
        .map(([a, symbol, b]) => `(${a}) ${symbol} (${b})`),
      fc
        .tuple(tie("tree"), fc.constantFrom("<", ">=", "=="))
        .map(([a, symbol]) => `where(${a} ${symbol} 0.4, x, y)`),
      tie("tree").map((a) => `-(${a})`),
      fc
        .tuple(fc.constantFrom("sin", "exp", "sqrt", "abs"), tie("tree"))
        .map(([f, a]) => `${f}(${a})`),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async (formula) => {
      const [ours, theirs] = [await compiled(formula), interpreted(formula)];
      for (const [x, y] of places) {
        const [mine, wanted] = [ours(x, y), theirs(x, y)];
        expect(mine[0], formula).toEqual(wanted[0]);
        // Sums that begin with 0 have no -0. Where a derivative is not finite, the two leave out different terms that are 0.
        for (const i of [1, 2])
          if ([...mine, ...wanted].every(Number.isFinite))
            expect(mine[i]! + 0, formula).toBe(wanted[i]! + 0);
      }
    }),
    { numRuns: 300 },
  );
});
