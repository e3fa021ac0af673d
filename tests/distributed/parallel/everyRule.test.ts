/**
 * Every exported optimizer and transform on 1 to 4 ranks comes to what one process does by the mean of their gradients: bit for bit, or,
 * where a step reduces over all parameters and each rank has a part of them, to rounding.
 */
import { describe, expect, test } from "vitest";
import { optimize, type Rule } from "../../../src/index.ts";
import { rules } from "../../support/everyRule.ts";
import { inOneProcess, netOf, together, type Values } from "./training.ts";

/** What cannot be trained so, and why. */
const refused: Readonly<Record<string, string>> = {};

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

describe.each(rules.filter(([name]) => refused[name] === undefined))("%s", (_, makeRule) => {
  test.each([1, 2, 3, 4])("data parallel on %i ranks", async (size) => {
    const expected = inOneProcess(size, makeRule);
    for (const values of await together(size, makeRule)) expect(values).toEqual(expected);
  });

  test.each([1, 2, 3, 4])("sharded on %i ranks", async (size) => {
    const settings = { shardState: true };
    if (!reducesOverAll(makeRule())) {
      const expected = inOneProcess(size, makeRule);
      for (const values of await together(size, makeRule, settings))
        expect(values).toEqual(expected);
    }
    const expected = inOneProcess(size, makeRule, {}, { type: "float64" });
    const [first, ...others] = await together(size, makeRule, settings, { type: "float64" });
    for (const values of others) expect(values).toEqual(first);
    expectNear(first!, expected);
  });
});
