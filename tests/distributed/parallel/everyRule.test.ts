/**
 * Every exported optimizer and transform on 1 to 4 ranks comes to what one process does by the mean of their gradients: bit for bit, or,
 * where a step reduces over all parameters and each rank has a part of them, to rounding.
 */
import { describe, expect, test } from "vitest";
import { adamMini, defineOptimizer, optimize, type Rule } from "../../../src/index.ts";
import { rules } from "../../support/everyRule.ts";
import { inOneProcess, netOf, together, type Values } from "./training.ts";

const own = (rule: string, state = {}): Rule =>
  defineOptimizer({ name: "own", hyper: { lr: 0.1 }, state, rule })() as Rule;

/** What is cut by rows, which no exported rule is by default. */
const cutByRows: readonly (readonly [string, () => Rule])[] = [
  ["adamMini of rows", () => adamMini({ outputsFirst: true }) as Rule],
  ["means of rows", () => own("m = 0.5 * m + g - rowMean(g)\nu = m / cols", { m: 0 })],
  ["a sum over all of sums of rows", () => own("u = g / (1 + globalSum(rowSum(g^2)))")],
];

const steps = 3;

/** Whether ranks of parts reduce something over all parameters but whether gradients are finite. */
function reducesOverAll(rule: Rule): boolean {
  using optimizer = optimize(netOf(), rule);
  return optimizer.plans.some(({ program }) =>
    program.reductions.some(({ node }) => node.scope === "global" && node !== program.guard),
  );
}

function expectNear(values: Values, expected: Values): void {
  for (const [name, array] of Object.entries(expected)) {
    array.forEach((value, i) => {
      expect(Math.abs(values[name]![i]! - value), `${name}[${i}]`).toBeLessThanOrEqual(
        1e-12 * Math.max(1, Math.abs(value)),
      );
    });
  }
}

describe.each([...rules, ...cutByRows])("%s", (_, makeRule) => {
  test.each([1, 2, 3, 4])("data parallel on %i ranks", async (size) => {
    const expected = inOneProcess(size, makeRule, {}, { steps });
    for (const values of await together(size, makeRule, {}, { steps })) {
      expect(values).toEqual(expected);
    }
  });

  test.each([1, 2, 3, 4])("sharded on %i ranks", async (size) => {
    const type = reducesOverAll(makeRule()) ? "float64" : "float32";
    const expected = inOneProcess(size, makeRule, {}, { type, steps });
    const [first, ...others] = await together(
      size,
      makeRule,
      { shardState: true },
      { type, steps },
    );
    for (const values of others) expect(values).toEqual(first);
    if (type === "float32") expect(first).toEqual(expected);
    else expectNear(first!, expected);
  });
});
